// A field to draw a digit in, and what the network says it is.

import { useEffect, useRef, useState } from "preact/hooks";
import { centred, digitSize, drawDigit } from "../data/digits.js";
import { randomNumbers } from "../data/random.js";
import { percent, usePage } from "./context.js";

const random = randomNumbers(7);

export function DigitPad() {
  const { store, t, theme } = usePage();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [pixels, setPixels] = useState<Float32Array>(() => new Float32Array(digitSize * digitSize));
  const [cursor, setCursor] = useState<readonly [number, number] | null>(null);
  const { scores, snapshot } = store.view;
  const epoch = snapshot?.epoch;
  const empty = pixels.every((ink) => ink === 0);

  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!context) return;
    const image = context.createImageData(digitSize, digitSize);
    const [ink, paper] = theme === "dark" ? [232, 30] : [20, 246];
    pixels.forEach((value, i) => {
      image.data.fill(paper + (ink - paper) * value, 4 * i, 4 * i + 3);
      image.data[4 * i + 3] = 255;
    });
    if (cursor !== null) image.data.set([224, 112, 0, 255], 4 * (cursor[1] * digitSize + cursor[0]));
    context.putImageData(image, 0, 0);
  }, [pixels, cursor, theme]);

  // Asked again as the network learns.
  useEffect(() => {
    if (!empty && epoch !== undefined) store.send({ type: "classify", pixels: centred(pixels) });
  }, [pixels, epoch, empty, store]);

  const draw = (x: number, y: number) => {
    setPixels((old) => {
      const next = old.slice();
      for (let row = Math.max(0, Math.floor(y - 2)); row <= Math.min(digitSize - 1, y + 2); row++) {
        for (let column = Math.max(0, Math.floor(x - 2)); column <= Math.min(digitSize - 1, x + 2); column++) {
          const ink = Math.min(1, Math.max(0, 2 - Math.hypot(column + 0.5 - x, row + 0.5 - y)));
          const at = row * digitSize + column;
          next[at] = Math.max(next[at] as number, ink);
        }
      }
      return next;
    });
  };
  const drawAt = ({ currentTarget, clientX, clientY }: PointerEvent) => {
    const box = (currentTarget as HTMLElement).getBoundingClientRect();
    draw(((clientX - box.left) / box.width) * digitSize, ((clientY - box.top) / box.height) * digitSize);
  };
  const best = scores === null ? -1 : scores.indexOf(Math.max(...scores));
  return (
    <section class="card pad" aria-labelledby="pad-title">
      <h2 id="pad-title">{t.draw}</h2>
      {/* biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: arrow keys draw, so that they must come here. */}
      <canvas
        ref={canvas}
        width={digitSize}
        height={digitSize}
        tabIndex={0}
        role="application"
        aria-label={`${t.draw}. ${t.drawHelp}`}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          drawAt(event);
        }}
        onPointerMove={(event) => {
          if (event.buttons !== 0) drawAt(event);
        }}
        onBlur={() => setCursor(null)}
        onKeyDown={(event) => {
          const [right, down] = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[
            event.key
          ] ?? [0, 0];
          if (right === 0 && down === 0) return;
          event.preventDefault();
          const [x, y] = cursor ?? [14, 14];
          const clamp = (value: number) => Math.min(digitSize - 1, Math.max(0, value));
          const next = [clamp(x + (right ?? 0)), clamp(y + (down ?? 0))] as const;
          setCursor(next);
          if (event.shiftKey) draw(next[0] + 0.5, next[1] + 0.5);
        }}
      />
      <div class="buttons">
        <button type="button" onClick={() => setPixels(new Float32Array(digitSize * digitSize))}>
          {t.clear}
        </button>
        <button
          type="button"
          id="example"
          onClick={() => setPixels(drawDigit(Math.floor(random() * 10), 0.05, random))}
        >
          {t.example}
        </button>
      </div>
      <p role="status" class="says">
        {empty || best < 0 ? t.nothing : t.says(String(best), percent(scores?.[best]))}
      </p>
      <ol class="scores" aria-hidden="true">
        {Array.from({ length: 10 }, (_, digit) => (
          <li key={digit}>
            <span style={{ transform: `scaleY(${empty ? 0 : (scores?.[digit] ?? 0)})` }} />
            {digit}
          </li>
        ))}
      </ol>
      <p class="hint">{t.drawHelp}</p>
    </section>
  );
}
