// Images at other places: each pixel of the result is looked up between the pixels of the image.

/** What is outside of an image. */
export type FillMode = "constant" | "nearest" | "reflect" | "wrap";

export const fillModes: readonly string[] = ["constant", "nearest", "reflect", "wrap"];

/** Height, width, channels: row-major. */
export interface Image {
  readonly data: ArrayLike<number>;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

export interface Sampling {
  readonly fillMode: FillMode;
  readonly fillValue: number;
  readonly interpolation: "bilinear" | "nearest";
}

/** Pixel (x, y) of `out` comes from (a x + b y + c, d x + e y + f) of the image. */
export function sampleImage(
  out: Float32Array,
  image: Image,
  [a, b, c, d, e, f]: readonly [number, number, number, number, number, number],
  { fillMode, fillValue, interpolation }: Sampling,
): void {
  const { data, height, width, channels } = image;
  let at = 0;
  const pixel = (x: number, y: number, channel: number): number => {
    const column = place(x, width, fillMode);
    const row = place(y, height, fillMode);
    return column < 0 || row < 0 ? fillValue : (data[(row * width + column) * channels + channel] as number);
  };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const fromX = a * x + b * y + c;
      const fromY = d * x + e * y + f;
      const left = Math.floor(fromX);
      const top = Math.floor(fromY);
      const [u, v] = [fromX - left, fromY - top];
      for (let channel = 0; channel < channels; channel++) {
        if (interpolation === "nearest") out[at++] = pixel(Math.round(fromX), Math.round(fromY), channel);
        else {
          const above = (1 - u) * pixel(left, top, channel) + u * pixel(left + 1, top, channel);
          const below = (1 - u) * pixel(left, top + 1, channel) + u * pixel(left + 1, top + 1, channel);
          out[at++] = (1 - v) * above + v * below;
        }
      }
    }
  }
}

/** The place within [0, size - 1] that stands for any other one; -1 for none. */
function place(i: number, size: number, mode: FillMode): number {
  if (i >= 0 && i < size) return i;
  if (mode === "constant") return -1;
  if (mode === "nearest") return i < 0 ? 0 : size - 1;
  const period = mode === "wrap" ? size : 2 * size;
  const within = ((i % period) + period) % period;
  return within < size ? within : period - 1 - within;
}
