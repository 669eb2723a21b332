// A server of files for pages, under a strict content security policy unless told otherwise: no eval, no blob, nothing inline.

import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));

export const policy =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; img-src data:";

/** What isolates a page from other origins, so that its threads may share memory. */
export const isolation = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
};

const types: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".json": "application/json",
  ".wasm": "application/wasm",
};

export interface Site {
  /** Where files are looked for, by the beginning of their paths: the first folder that has the file. */
  readonly folders: readonly (readonly [prefix: string, folder: string])[];
  readonly isolated: boolean;
  /** False for a page with a style of its own. Default true. */
  readonly strict?: boolean;
  /** A path that the server does not have. */
  readonly missing?: string | undefined;
}

export interface RunningSite {
  readonly url: string;
  close(): Promise<void>;
}

async function find({ folders, missing }: Site, path: string): Promise<Buffer> {
  for (const [prefix, folder] of folders) {
    if (path === missing || !path.startsWith(prefix)) continue;
    try {
      return await readFile(join(folder, normalize(`/${path.slice(prefix.length)}`)));
    } catch {
      // Perhaps in the next one.
    }
  }
  throw new Error("no such file");
}

export async function serve(site: Site): Promise<RunningSite> {
  const headers = {
    ...(site.strict === false ? {} : { "content-security-policy": policy }),
    ...(site.isolated ? isolation : {}),
  };
  const server: Server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    find(site, pathname).then(
      (bytes) => {
        const type = types[extname(pathname)] ?? "application/octet-stream";
        response.writeHead(200, { "content-type": type, ...headers }).end(bytes);
      },
      () => response.writeHead(404, headers).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url, close };
}
