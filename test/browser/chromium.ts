// The browser of everything that opens pages: Debian's Chromium, or the one that CHROMIUM names.

import { type Browser, chromium, type LaunchOptions } from "playwright-core";

export function launchChromium(options: LaunchOptions = {}): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
    ...options,
  });
}
