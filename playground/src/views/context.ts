// What every view needs: the store, the texts and the colours.

import { createContext } from "preact";
import { useContext, useEffect, useRef, useState } from "preact/hooks";
import type { Theme } from "../draw/colors.js";
import type { Store } from "../store.js";
import type { Language } from "../text/language.js";
import type { Texts } from "../text/en.js";

export interface PageContext {
  readonly store: Store;
  readonly t: Texts;
  readonly language: Language;
  readonly theme: Theme;
}

export const Page = createContext<PageContext | null>(null);

export function usePage(): PageContext {
  const page = useContext(Page);
  if (page === null) throw new Error("internal: a view outside of the page");
  return page;
}

/** Renders again when the store has something new for texts. */
export function useStoreChanges(store: Store): void {
  const [, render] = useState(0);
  useEffect(() => store.listen(() => render((n) => n + 1)), [store]);
}

/** A canvas that fills its element, drawn in each frame that brings something new. */
export function useCanvas(draw: (context: CanvasRenderingContext2D, width: number, height: number) => void) {
  const { store } = usePage();
  const ref = useRef<HTMLCanvasElement>(null);
  const latest = useRef(draw);
  latest.current = draw;
  useEffect(() => {
    const canvas = ref.current;
    const context = canvas?.getContext("2d", { alpha: true });
    if (!canvas || !context) return;
    let [width, height] = [0, 0];
    const measure = () => {
      const scale = Math.min(2, devicePixelRatio);
      [width, height] = [canvas.clientWidth, canvas.clientHeight];
      const [w, h] = [Math.round(width * scale), Math.round(height * scale)];
      if (canvas.width !== w || canvas.height !== h) {
        canvas.width = w;
        canvas.height = h;
      }
      context.setTransform(scale, 0, 0, scale, 0, 0);
    };
    const observer = new ResizeObserver(() => {
      measure();
      store.repaint();
    });
    observer.observe(canvas);
    measure();
    const stop = store.paint(() => {
      if (width > 0 && height > 0) latest.current(context, width, height);
    });
    return () => {
      observer.disconnect();
      stop();
    };
  }, [store]);
  // What was chosen may have changed, too.
  useEffect(() => store.repaint());
  return ref;
}

/** `12.3 %`, `0.0123`; a dash for what is not known yet. */
export function percent(value: number | undefined): string {
  return value === undefined || !Number.isFinite(value) ? "–" : `${(100 * value).toFixed(1)} %`;
}

export function short(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return "–";
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e4)) return value.toExponential(1);
  return value.toFixed(size < 10 ? 3 : 1);
}
