// The browsers of Debian, or those that CHROMIUM and FIREFOX name, without a window; both by WebDriver BiDi's library.

import { type Browser, launch as launchBrowser } from "puppeteer-core";
import { chromiumFile, chromiumFlags } from "../browser/chromium.js";

export const browserNames = ["chromium", "firefox"] as const;

export type BrowserName = (typeof browserNames)[number];

export function launch(name: BrowserName): Promise<Browser> {
  // A test of a whole suite is one call.
  const common = { headless: true, protocolTimeout: 1_800_000 };
  if (name === "firefox") {
    return launchBrowser({
      ...common,
      browser: "firefox",
      executablePath: process.env.FIREFOX ?? "/usr/bin/firefox-esr",
    });
  }
  return launchBrowser({
    ...common,
    browser: "chrome",
    executablePath: chromiumFile,
    args: chromiumFlags,
  });
}
