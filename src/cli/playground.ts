// `feedforward playground`: serves the page that trains networks in the browser, to this machine alone.

import { spawn } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import type { Console } from "./console.js";
import { withInterrupt } from "./interrupt.js";

export interface PlaygroundOptions {
  /** 0 takes any that is free; without one 8421, or any when that is taken. */
  readonly port?: number;
  /** Opens the page in the browser. */
  readonly open: boolean;
}

const usualPort = 8421;

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
};

const headers = {
  "content-security-policy":
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; style-src 'self'; connect-src 'self'; " +
    "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  // Another version of the package may be served from the same port tomorrow.
  "cache-control": "no-cache",
};

/** Serves until it is interrupted. */
export async function playground(options: PlaygroundOptions, console: Console): Promise<void> {
  await withInterrupt(async (signal) => {
    const { server, url } = await servePlayground(options.port);
    console.out(`The playground is at ${url}`);
    console.note("Press Ctrl-C to end it.");
    if (options.open) openInBrowser(url);
    await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
}

/** The running server and its address. Rejects when a port that was asked for is taken. */
export async function servePlayground(port?: number): Promise<{ server: Server; url: string }> {
  const files = listFiles(pageFolder());
  const server = createServer((request, response) => {
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.writeHead(405, { allow: "GET, HEAD" }).end();
      return;
    }
    // Only what was listed is read: an address cannot name another file.
    const [path = "/"] = (request.url ?? "/").split(/[?#]/);
    const file = files.get(path === "/" ? "/index.html" : path);
    if (file === undefined) {
      response.writeHead(404, { "content-type": "text/plain; charset=utf-8" }).end("Not found\n");
      return;
    }
    readFile(file).then(
      (bytes) => {
        response.writeHead(200, { ...headers, "content-type": types[extname(file)] ?? "application/octet-stream" });
        response.end(request.method === "HEAD" ? undefined : bytes);
      },
      () => response.writeHead(500).end(),
    );
  });
  try {
    await listen(server, port ?? usualPort);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE" || port !== undefined) throw failure(error, port);
    await listen(server, 0);
  }
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve();
    });
  });
}

function failure(error: unknown, port = usualPort): Error {
  const { code = "", message } = error as NodeJS.ErrnoException;
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: "it is taken",
    EACCES: "this user may not use it",
  };
  const text = `playground: port ${port} cannot be used: ${reasons[code] ?? message}. Choose another one with --port.`;
  return new Error(text, { cause: error });
}

/** Beside the bundle in the package; a clone's build when this is its source. */
function pageFolder(): string {
  const folders = ["../../playground/", "../../dist/playground/"].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  );
  const found = folders.find((folder) => existsSync(`${folder}assets`));
  if (found !== undefined) return found;
  throw new Error("playground: the page is not built. In a clone, run npm run build:all first.");
}

function listFiles(folder: string): Map<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const files = names.filter((name) => statSync(`${folder}${name}`).isFile());
  return new Map(files.map((name) => [`/${name.replaceAll("\\", "/")}`, `${folder}${name}`]));
}

/** Where there is no browser, the address is on the screen. */
function openInBrowser(url: string): void {
  const [command, ...args] =
    process.platform === "darwin"
      ? ["open", url]
      : process.platform === "win32"
        ? ["cmd", "/c", "start", "", url]
        : ["xdg-open", url];
  const child = spawn(command as string, args, { stdio: "ignore", detached: true });
  child.once("error", () => {});
  child.unref();
}
