// Reads what a shared library tells about itself: processor, libraries and symbols that it needs, symbols that it offers.
// Only little-endian 64-bit ELF, PE and Mach-O, as scripts/prebuild.mjs makes them; nothing else in the project needs more.

/** One form for the three formats; `versions` are of needed symbols (ELF); `anywhere`, imports of no certain library, and `minimum` system are of Mach-O. */
export function readBinary(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0) === 0x7f454c46) return readElf(view);
  if (view.getUint32(0, true) === 0xfeedfacf) return readMachO(view);
  if (view.getUint16(0) === 0x4d5a) return readPe(view);
  throw new Error("expected an ELF, PE or Mach-O file");
}

function textAt(view, offset) {
  let end = offset;
  while (view.getUint8(end) !== 0) end++;
  return Buffer.from(view.buffer, view.byteOffset + offset, end - offset).toString("latin1");
}

const range = (count) => Array.from({ length: count }, (_, index) => index);
const number = (view, offset) => Number(view.getBigUint64(offset, true));

function readElf(view) {
  const u16 = (offset) => view.getUint16(offset, true);
  const u32 = (offset) => view.getUint32(offset, true);
  const table = number(view, 40);
  const sections = range(u16(60)).map((index) => {
    const at = table + index * u16(58);
    return {
      type: u32(at + 4),
      offset: number(view, at + 24),
      size: number(view, at + 32),
      link: u32(at + 40),
      entry: number(view, at + 56),
    };
  });
  const ofType = (type) => sections.find((section) => section.type === type);
  const dynamic = ofType(6);
  const strings = sections[dynamic.link].offset;
  const entries = range(dynamic.size / 16).map((index) => {
    const at = dynamic.offset + index * 16;
    return { tag: number(view, at), value: number(view, at + 8) };
  });
  const symbols = ofType(11);
  const imports = [];
  const exports = [];
  for (const index of range(symbols.size / 24).slice(1)) {
    const at = symbols.offset + index * 24;
    (u16(at + 6) === 0 ? imports : exports).push(textAt(view, strings + u32(at)));
  }
  const versions = [];
  const needed = ofType(0x6ffffffe);
  for (let at = needed?.offset, next = needed ? 1 : 0; next !== 0; at += next) {
    for (let auxiliary = at + u32(at + 8), step = 1; step !== 0; auxiliary += step) {
      versions.push(textAt(view, strings + u32(auxiliary + 8)));
      step = u32(auxiliary + 12);
    }
    next = u32(at + 12);
  }
  return {
    format: "ELF",
    arch: { 62: "x64", 183: "arm64" }[u16(18)],
    libraries: entries.filter(({ tag }) => tag === 1).map(({ value }) => textAt(view, strings + value)),
    imports,
    exports,
    versions,
    searchPath: entries.some(({ tag }) => tag === 15 || tag === 29),
    stripped: ofType(2) === undefined,
  };
}

function readPe(view) {
  const u16 = (offset) => view.getUint16(offset, true);
  const u32 = (offset) => view.getUint32(offset, true);
  const header = u32(60);
  const optional = header + 24;
  const sections = range(u16(header + 6)).map((index) => {
    const at = optional + u16(header + 20) + index * 40;
    return { address: u32(at + 12), size: u32(at + 16), offset: u32(at + 20) };
  });
  const fileOffset = (address) => {
    const section = sections.find(
      (candidate) => address >= candidate.address && address < candidate.address + candidate.size,
    );
    return section.offset + address - section.address;
  };
  const directory = (index) => u32(optional + 112 + index * 8);
  const exported = fileOffset(directory(0));
  const names = fileOffset(u32(exported + 32));
  const libraries = [];
  const imports = [];
  for (let at = fileOffset(directory(1)); u32(at + 12) !== 0; at += 20) {
    libraries.push(textAt(view, fileOffset(u32(at + 12))));
    for (let entry = fileOffset(u32(at)); number(view, entry) !== 0; entry += 8) {
      imports.push(textAt(view, fileOffset(u32(entry)) + 2));
    }
  }
  return {
    format: "PE",
    arch: { 34404: "x64", 43620: "arm64" }[u16(header + 4)],
    libraries,
    imports,
    exports: range(u32(exported + 24)).map((index) => textAt(view, fileOffset(u32(names + index * 4)))),
    versions: [],
    searchPath: false,
    stripped: u32(header + 12) === 0 && directory(6) === 0,
  };
}

function readMachO(view) {
  const u32 = (offset) => view.getUint32(offset, true);
  const found = {
    format: "Mach-O",
    arch: { 16777223: "x64", 16777228: "arm64" }[u32(4)],
    libraries: [],
    imports: [],
    exports: [],
    versions: [],
    searchPath: false,
    anywhere: [],
    stripped: true,
    signed: false,
  };
  for (let index = 0, at = 32; index < u32(16); index++, at += u32(at + 4)) {
    const command = u32(at) & 0x7fffffff;
    if (command === 0x0c) found.libraries.push(textAt(view, at + u32(at + 8)));
    if (command === 0x1c) found.searchPath = true;
    if (command === 0x1d) found.signed = view.getUint32(u32(at + 8)) === 0xfade0cc0;
    if (command === 0x32) found.minimum = `${u32(at + 12) >> 16}.${(u32(at + 12) >> 8) & 255}`;
    if (command !== 2) continue;
    for (const symbol of range(u32(at + 12)).map((entry) => u32(at + 8) + entry * 16)) {
      const name = textAt(view, u32(at + 16) + u32(symbol)).slice(1);
      const type = view.getUint8(symbol + 4);
      const external = (type & 1) !== 0 && (type & 0x10) === 0;
      if ((type & 0xe0) !== 0) found.stripped = false;
      if (!external) continue;
      (type & 0x0e) === 0 ? found.imports.push(name) : found.exports.push(name);
      // Looked up in whatever is loaded, instead of in a library of the list.
      if ((type & 0x0e) === 0 && view.getUint8(symbol + 7) === 0xfe) found.anywhere.push(name);
    }
  }
  return found;
}
