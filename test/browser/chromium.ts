// The browser of everything that opens pages: Debian's Chromium, or the one that CHROMIUM names.

import { type Browser, chromium, type LaunchOptions } from "playwright-core";

export const chromiumFile = process.env.CHROMIUM ?? "/usr/bin/chromium";
export const chromiumFlags = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"];

export function launchChromium(options: LaunchOptions = {}): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumFile,
    args: ["--headless=new", ...chromiumFlags],
    ...options,
  });
}
