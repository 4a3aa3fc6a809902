import { pathToFileURL } from "node:url";
import type { Browser } from "./browser.ts";

/** What a visitor's screen is like. */
export interface Screen {
  readonly width: number;
  readonly height: number;
  readonly scheme: "light" | "dark";
  readonly media?: "screen" | "print";
}

/** A file that is open in a browser. */
export class BrowserPage {
  readonly #browser: Browser;
  readonly #session: string;

  private constructor(browser: Browser, session: string) {
    this.#browser = browser;
    this.#session = session;
  }

  /** @param file path of the HTML document */
  static async open(browser: Browser, file: string, screen: Screen): Promise<BrowserPage> {
    const { targetId } = (await browser.send("Target.createTarget", { url: "about:blank" })) as {
      readonly targetId: string;
    };
    const { sessionId } = (await browser.send("Target.attachToTarget", {
      targetId,
      flatten: true,
    })) as { readonly sessionId: string };
    const page = new BrowserPage(browser, sessionId);
    for (const domain of ["Page", "Runtime", "Log", "Network"])
      await page.#send(`${domain}.enable`);
    const { width, height, scheme, media = "screen" } = screen;
    await page.#send("Emulation.setDeviceMetricsOverride", {
      width,
      height,
      deviceScaleFactor: 1,
      mobile: false,
    });
    await page.#send("Emulation.setEmulatedMedia", {
      media,
      features: [{ name: "prefers-color-scheme", value: scheme }],
    });
    await page.#send("Page.navigate", { url: pathToFileURL(file).href });
    await browser.event(sessionId, "Page.loadEventFired");
    return page;
  }

  /** @param expression JavaScript whose value can be written as JSON */
  async evaluate<Value>(expression: string): Promise<Value> {
    const { result, exceptionDetails } = (await this.#send("Runtime.evaluate", {
      expression,
      returnByValue: true,
    })) as {
      readonly result: { readonly value: Value };
      readonly exceptionDetails?: { readonly exception?: { readonly description?: string } };
    };
    if (exceptionDetails === undefined) return result.value;
    throw new Error(exceptionDetails.exception?.description ?? "The expression failed");
  }

  /** What was written to the console, and what went wrong. */
  complaints(): string[] {
    return this.#events(
      "Runtime.consoleAPICalled",
      "Runtime.exceptionThrown",
      "Log.entryAdded",
    ).map((params) => JSON.stringify(params));
  }

  /** Everything that was asked for, the document itself first. */
  requests(): string[] {
    return this.#events("Network.requestWillBeSent").map(
      (params) => (params as { readonly request: { readonly url: string } }).request.url,
    );
  }

  /** The whole page as PNG, or only what is seen of it without scrolling. */
  async screenshot({ isWhole }: { readonly isWhole: boolean }): Promise<Buffer> {
    const { data } = (await this.#send("Page.captureScreenshot", {
      captureBeyondViewport: isWhole,
      ...(isWhole && { clip: { x: 0, y: 0, scale: 1, ...(await this.#size()) } }),
    })) as { readonly data: string };
    return Buffer.from(data, "base64");
  }

  async #size(): Promise<{ readonly width: number; readonly height: number }> {
    const { cssContentSize } = (await this.#send("Page.getLayoutMetrics")) as {
      readonly cssContentSize: { readonly width: number; readonly height: number };
    };
    return { width: cssContentSize.width, height: cssContentSize.height };
  }

  #send(method: string, params: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
    return this.#browser.send(method, params, this.#session);
  }

  #events(...methods: readonly string[]): unknown[] {
    return this.#browser
      .events(this.#session)
      .filter(({ method = "" }) => methods.includes(method))
      .map(({ params }) => params);
  }
}
