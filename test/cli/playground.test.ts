import { get, type IncomingMessage, request } from "node:http";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { servePlayground } from "../../src/cli/playground.js";
import { run } from "./run.js";

let server: Server;
let port: number;

beforeAll(async () => {
  ({ server } = await servePlayground(0));
  ({ port } = server.address() as AddressInfo);
});

afterAll(() => {
  server.close();
});

function ask(path: string, method = "GET"): Promise<{ response: IncomingMessage; body: string }> {
  return new Promise((resolve, reject) => {
    // As it is: fetch would tidy the path up.
    const asked = request({ host: "127.0.0.1", port, path, method, agent: false }, (response) => {
      let body = "";
      response.on("data", (part) => {
        body += part;
      });
      response.on("end", () => resolve({ response, body }));
    });
    asked.on("error", reject).end();
  });
}

describe("feedforward playground", () => {
  it("serves the page and its parts, with a strict policy", async () => {
    const { response, body } = await ask("/?x=1");
    expect(response.statusCode).toBe(200);
    expect(response.headers["content-type"]).toBe("text/html; charset=utf-8");
    expect(response.headers["content-security-policy"]).toContain("default-src 'none'; script-src 'self'");
    const script = /src="\.(\/assets\/index-[^"]+\.js)"/.exec(body)?.[1] ?? "";
    const part = await ask(script);
    expect([part.response.statusCode, part.response.headers["content-type"]]).toEqual([
      200,
      "text/javascript; charset=utf-8",
    ]);
    expect((await ask("/", "HEAD")).body).toBe("");
  });

  it("serves nothing else", async () => {
    for (const path of [
      "/../../package.json",
      "/..%2f..%2fpackage.json",
      "/assets",
      "/assets/../index.html",
      "//etc/passwd",
    ]) {
      expect((await ask(path)).response.statusCode).toBe(404);
    }
    expect((await ask("/", "POST")).response.statusCode).toBe(405);
  });

  it("ends when it is interrupted", async () => {
    const running = run("playground", "--port", "0");
    const began = process.listenerCount("SIGINT");
    while (process.listenerCount("SIGINT") <= began - 1 || process.listenerCount("SIGINT") === 0) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
    process.emit("SIGINT");
    const { code, out } = await running;
    expect(code).toBe(0);
    const url = /^The playground is at (http:\/\/127\.0\.0\.1:\d+\/)$/.exec(out)?.[1] ?? "";
    await expect(new Promise((resolve, reject) => get(url, resolve).on("error", reject))).rejects.toThrow(
      "ECONNREFUSED",
    );
  });

  it("tells what is wrong with a port", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => taken.once("listening", resolve));
    const { port: other } = taken.address() as AddressInfo;
    const { code, notes } = await run("playground", "--port", String(other));
    expect([code, notes]).toEqual([
      1,
      `error: playground: port ${other} cannot be used: it is taken. Choose another one with --port.`,
    ]);
    taken.close();
    expect((await run("playground", "--port", "70000")).notes).toContain("Expected an integer in [0, 65535].");
  });
});
