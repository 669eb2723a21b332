// Writes one file after another to the same path until it is killed: all bytes of a file are the same.

import { safetensorsParts } from "../../src/files/safetensors.js";
import { installNodeFiles } from "../../src/node/file-system.js";
import { writeFile } from "../../src/saving/places.js";

installNodeFiles();
const path = process.argv[2] as string;
for (let i = 0; ; i++) {
  const bytes = new Uint8Array(1 << 22).fill(i);
  await writeFile("save", path, safetensorsParts([{ name: "x", dtype: "U8", shape: [bytes.length], bytes }]));
  if (i === 0) console.log("saved");
}
