// Points of two classes in a plane, within about [-3, 3]. Each row is x, y and the class, 0 or 1; classes take turns.

import { normal, type Random } from "./random.js";

/** A row: x, y, class. */
export type Point = [x: number, y: number, label: number];

/** Class 1 is a disc, class 0 the ring around it. */
export function circle(count: number, noise: number, random: Random): Point[] {
  return Array.from({ length: count }, (_, i) => {
    const label = i % 2;
    const radius = label === 1 ? 1.3 * Math.sqrt(random()) : 1.9 + 0.9 * random();
    const angle = 2 * Math.PI * random();
    return [
      radius * Math.cos(angle) + 2 * noise * normal(random),
      radius * Math.sin(angle) + 2 * noise * normal(random),
      label,
    ];
  });
}

/** Class 1 where x and y have different signs. */
export function xor(count: number, noise: number, random: Random): Point[] {
  return Array.from({ length: count }, (_, i) => {
    const label = i % 2;
    const right = random() < 0.5 ? 1 : -1;
    const [x, y] = [right * (0.2 + 2.6 * random()), (label === 1 ? -right : right) * (0.2 + 2.6 * random())];
    return [x + 2 * noise * normal(random), y + 2 * noise * normal(random), label];
  });
}

/** Two clouds. */
export function gauss(count: number, noise: number, random: Random): Point[] {
  return Array.from({ length: count }, (_, i) => {
    const label = i % 2;
    const center = label === 1 ? 1.3 : -1.3;
    const spread = 0.5 + 2 * noise;
    return [center + spread * normal(random), center + spread * normal(random), label];
  });
}

/** Two arms of a spiral. */
export function spiral(count: number, noise: number, random: Random): Point[] {
  return Array.from({ length: count }, (_, i) => {
    const label = i % 2;
    const along = Math.sqrt(random());
    const angle = 3.4 * Math.PI * along + label * Math.PI;
    const radius = 2.8 * along;
    return [
      radius * Math.sin(angle) + noise * normal(random),
      radius * Math.cos(angle) + noise * normal(random),
      label,
    ];
  });
}
