/**
 * A QR code of an address (ISO/IEC 18004): bytes, error correction M, versions 1 to 10. Pure.
 *
 * `qr('https://…')` is a square of rows; true is dark. Throws RangeError for more than 213 bytes.
 */

/** By version: correction codewords a block, and the data codewords of each block. */
const BLOCKS: readonly (readonly [correction: number, data: readonly number[]])[] = [
  [10, [16]],
  [16, [28]],
  [26, [44]],
  [18, [32, 32]],
  [24, [43, 43]],
  [16, [27, 27, 27, 27]],
  [18, [31, 31, 31, 31]],
  [22, [38, 38, 39, 39]],
  [22, [36, 36, 36, 37, 37]],
  [26, [43, 43, 43, 43, 44]],
];
const ALIGNMENT: readonly (readonly number[])[] = [
  [],
  [6, 18],
  [6, 22],
  [6, 26],
  [6, 30],
  [6, 34],
  [6, 22, 38],
  [6, 24, 42],
  [6, 26, 46],
  [6, 28, 50],
];

const EXP = new Uint8Array(512);
const LOG = new Uint8Array(256);
for (let at = 0, value = 1; at < 255; at += 1) {
  EXP[at] = EXP[at + 255] = value;
  LOG[value] = at;
  value = (value << 1) ^ (value & 0x80 ? 0x11d : 0);
}
const times = (a: number, b: number): number =>
  a === 0 || b === 0 ? 0 : (EXP[(LOG[a] ?? 0) + (LOG[b] ?? 0)] ?? 0);

export function qr(text: string): boolean[][] {
  const bytes = new TextEncoder().encode(text);
  const version = BLOCKS.findIndex(([, data], at) => {
    const bits = 4 + (at + 1 < 10 ? 8 : 16) + bytes.length * 8;
    return bits <= data.reduce((sum, n) => sum + n, 0) * 8;
  });
  const blocks = BLOCKS[version];
  if (blocks === undefined) throw new RangeError('too long for a code that can be read across a room');
  return best(version + 1, interleaved(codewords(bytes, version + 1, blocks[1]), blocks));
}

function codewords(bytes: Uint8Array, version: number, data: readonly number[]): number[] {
  const bits: number[] = [];
  const put = (value: number, length: number) => {
    for (let at = length - 1; at >= 0; at -= 1) bits.push((value >> at) & 1);
  };
  put(0b0100, 4);
  put(bytes.length, version < 10 ? 8 : 16);
  for (const byte of bytes) put(byte, 8);
  const capacity = data.reduce((sum, n) => sum + n, 0) * 8;
  put(0, Math.min(4, capacity - bits.length));
  while (bits.length % 8 !== 0) bits.push(0);
  for (let pad = 0xec; bits.length < capacity; pad ^= 0xec ^ 0x11) put(pad, 8);
  return Array.from({ length: capacity / 8 }, (_, at) =>
    bits.slice(at * 8, at * 8 + 8).reduce((byte, bit) => (byte << 1) | bit, 0),
  );
}

function interleaved(words: readonly number[], [correction, data]: (typeof BLOCKS)[number]): number[] {
  const blocks: (readonly number[])[] = [];
  let from = 0;
  for (const size of data) {
    blocks.push(words.slice(from, from + size));
    from += size;
  }
  const checks = blocks.map((block) => remainder(block, correction));
  const woven: number[] = [];
  for (const part of [blocks, checks]) {
    for (let at = 0; at < Math.max(...part.map(({ length }) => length)); at += 1) {
      for (const block of part) {
        const word = block[at];
        if (word !== undefined) woven.push(word);
      }
    }
  }
  return woven;
}

/** Reed-Solomon: what is left after dividing by (x - 1)(x - 2)(x - 4)... */
function remainder(block: readonly number[], degree: number): number[] {
  const divisor = new Array<number>(degree).fill(0);
  divisor[degree - 1] = 1;
  for (let at = 0, root = 1; at < degree; at += 1, root = times(root, 2)) {
    for (let n = 0; n < degree; n += 1) divisor[n] = times(divisor[n] ?? 0, root) ^ (divisor[n + 1] ?? 0);
  }
  const left = new Array<number>(degree).fill(0);
  for (const word of block) {
    const factor = word ^ (left.shift() ?? 0);
    left.push(0);
    for (let n = 0; n < degree; n += 1) left[n] = (left[n] ?? 0) ^ times(divisor[n] ?? 0, factor);
  }
  return left;
}

type Grid = boolean[][];

const MASKS: readonly ((x: number, y: number) => boolean)[] = [
  (x, y) => (x + y) % 2 === 0,
  (_, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];

/** Of the eight masks the one that scanners like most. */
function best(version: number, words: readonly number[]): Grid {
  const grids = MASKS.map((_, mask) => drawn(version, words, mask));
  const costs = grids.map(penalty);
  const found = grids[costs.indexOf(Math.min(...costs))];
  if (found === undefined) throw new RangeError('there are eight masks');
  return found;
}

function drawn(version: number, words: readonly number[], mask: number): Grid {
  const size = version * 4 + 17;
  const grid: Grid = Array.from({ length: size }, () => new Array<boolean>(size).fill(false));
  const fixed: Grid = Array.from({ length: size }, () => new Array<boolean>(size).fill(false));
  const set = (x: number, y: number, dark: boolean) => {
    const [row, firm] = [grid[y], fixed[y]];
    if (row === undefined || firm === undefined || x < 0 || x >= size) return;
    row[x] = dark;
    firm[x] = true;
  };
  for (let at = 0; at < size; at += 1) {
    set(6, at, at % 2 === 0);
    set(at, 6, at % 2 === 0);
  }
  for (const [cx, cy] of [
    [3, 3],
    [size - 4, 3],
    [3, size - 4],
  ] as const) {
    for (let y = -4; y <= 4; y += 1)
      for (let x = -4; x <= 4; x += 1) {
        const ring = Math.max(Math.abs(x), Math.abs(y));
        set(cx + x, cy + y, ring !== 2 && ring !== 4);
      }
  }
  const places = ALIGNMENT[version - 1] ?? [];
  const last = places.at(-1);
  for (const cy of places)
    for (const cx of places) {
      if ((cx === 6 && (cy === 6 || cy === last)) || (cy === 6 && cx === last)) continue;
      for (let y = -2; y <= 2; y += 1)
        for (let x = -2; x <= 2; x += 1) set(cx + x, cy + y, Math.max(Math.abs(x), Math.abs(y)) !== 1);
    }
  format(size, mask, set);
  if (version >= 7) versionMarks(size, version, set);
  fill(grid, fixed, words, mask);
  return grid;
}

type Set_ = (x: number, y: number, dark: boolean) => void;

/** Level M and the mask, guarded by a BCH code, twice. */
function format(size: number, mask: number, set: Set_): void {
  let rest = mask;
  for (let n = 0; n < 10; n += 1) rest = (rest << 1) ^ ((rest >> 9) * 0x537);
  const bits = ((mask << 10) | rest) ^ 0x5412;
  const bit = (at: number) => ((bits >> at) & 1) === 1;
  for (let at = 0; at <= 5; at += 1) set(8, at, bit(at));
  set(8, 7, bit(6));
  set(8, 8, bit(7));
  set(7, 8, bit(8));
  for (let at = 9; at < 15; at += 1) set(14 - at, 8, bit(at));
  for (let at = 0; at < 8; at += 1) set(size - 1 - at, 8, bit(at));
  for (let at = 8; at < 15; at += 1) set(8, size - 15 + at, bit(at));
  set(8, size - 8, true);
}

function versionMarks(size: number, version: number, set: Set_): void {
  let rest = version;
  for (let n = 0; n < 12; n += 1) rest = (rest << 1) ^ ((rest >> 11) * 0x1f25);
  const bits = (version << 12) | rest;
  for (let at = 0; at < 18; at += 1) {
    const dark = ((bits >> at) & 1) === 1;
    const [a, b] = [size - 11 + (at % 3), Math.floor(at / 3)];
    set(a, b, dark);
    set(b, a, dark);
  }
}

/** In columns of two, from the right, up and down. */
function fill(grid: Grid, fixed: Grid, words: readonly number[], mask: number): void {
  const size = grid.length;
  const isMasked = MASKS[mask];
  let at = 0;
  for (let right = size - 1; right >= 1; right -= 2) {
    if (right === 6) right = 5;
    const upward = ((right + 1) & 2) === 0;
    for (let step = 0; step < size; step += 1) {
      const y = upward ? size - 1 - step : step;
      const row = grid[y];
      if (row === undefined) continue;
      for (const x of [right, right - 1]) {
        if (fixed[y]?.[x]) continue;
        const bit = (((words[at >> 3] ?? 0) >> (7 - (at & 7))) & 1) === 1;
        at += 1;
        row[x] = bit !== (isMasked?.(x, y) ?? false);
      }
    }
  }
}

/** Long runs, blocks of one colour, what looks like a corner, and too much of one colour. */
function penalty(grid: Grid): number {
  const size = grid.length;
  const columns = grid.map((_, x) => grid.map((row) => row[x] ?? false));
  let cost = 0;
  let dark = 0;
  for (const line of [...grid, ...columns]) {
    const marks = line.map((cell) => (cell ? '1' : '0')).join('');
    for (const run of marks.match(/0{5,}|1{5,}/gu) ?? []) cost += run.length - 2;
    for (const corner of ['10111010000', '00001011101'])
      for (let at = marks.indexOf(corner); at >= 0; at = marks.indexOf(corner, at + 1)) cost += 40;
  }
  for (const [y, row] of grid.entries())
    for (const [x, cell] of row.entries()) {
      if (cell) dark += 1;
      const below = grid[y + 1];
      if (below && x + 1 < size && cell === row[x + 1] && cell === below[x] && cell === below[x + 1])
        cost += 3;
    }
  return cost + Math.floor(Math.abs((dark * 100) / (size * size) - 50) / 5) * 10;
}
