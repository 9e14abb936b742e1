/** Bluetooth measurements, byte by byte, as the GATT specification supplement lays them out. */
import type { Reading } from './sensor';

/** Heart Rate Measurement, 0x2A37. A strap without skin contact, or one that says 0, knows nothing. */
export function heartRate(data: DataView): Partial<Reading> {
  if (data.byteLength < 2) return {};
  const flags = data.getUint8(0);
  const isWide = (flags & 0b1) !== 0;
  const sensesContact = (flags & 0b100) !== 0;
  const hasContact = (flags & 0b10) !== 0;
  if (isWide && data.byteLength < 3) return {};
  const bpm = isWide ? data.getUint16(1, true) : data.getUint8(1);
  if (bpm === 0 || (sensesContact && !hasContact)) return { heartRateBpm: null };
  return { heartRateBpm: bpm };
}

/** A crank's turns and when the last one was, in 1/1024 s; both wrap at 65536. */
export interface Crank {
  readonly turns: number;
  readonly at: number;
}

export interface Power {
  readonly powerW: number;
  readonly crank: Crank | null;
}

/** Cycling Power Measurement, 0x2A63: power, and the crank where it is there. */
export function cyclingPower(data: DataView): Power | null {
  if (data.byteLength < 4) return null;
  const flags = data.getUint16(0, true);
  let at = 4;
  if (flags & 0x01) at += 1; // pedal power balance
  if (flags & 0x04) at += 2; // accumulated torque
  if (flags & 0x10) at += 6; // wheel revolutions
  const hasCrank = (flags & 0x20) !== 0 && data.byteLength >= at + 4;
  const crank = hasCrank ? { turns: data.getUint16(at, true), at: data.getUint16(at + 2, true) } : null;
  return { powerW: Math.max(0, data.getInt16(2, true)), crank };
}

/** Turns a minute between two crank events; null where none happened in between. */
export function cadence(before: Crank, after: Crank): number | null {
  const turns = (after.turns - before.turns) & 0xffff;
  const time = (after.at - before.at) & 0xffff;
  return time === 0 ? null : (turns * 60 * 1024) / time;
}

/** Indoor Bike Data, 0x2AD2. Fields follow one another as the flags say; the first bit means "no speed". */
export function indoorBike(data: DataView): Partial<Reading> {
  if (data.byteLength < 2) return {};
  const flags = data.getUint16(0, true);
  const reading: Partial<Reading> = {};
  let at = 2;
  const has = (bit: number) => (flags & (1 << bit)) !== 0;
  const take = (size: number, read: (offset: number) => void): void => {
    if (at + size <= data.byteLength) read(at);
    at += size;
  };
  if (!has(0)) {
    take(2, (offset) => {
      reading.speedMS = data.getUint16(offset, true) / 100 / 3.6;
    });
  }
  if (has(1)) at += 2; // average speed
  if (has(2)) {
    take(2, (offset) => {
      reading.cadenceRpm = data.getUint16(offset, true) / 2;
    });
  }
  if (has(3)) at += 2; // average cadence
  if (has(4)) {
    take(3, (offset) => {
      reading.distanceM = data.getUint16(offset, true) + data.getUint8(offset + 2) * 65_536;
    });
  }
  if (has(5)) at += 2; // resistance
  if (has(6)) {
    take(2, (offset) => {
      reading.powerW = Math.max(0, data.getInt16(offset, true));
    });
  }
  if (has(7)) at += 2; // average power
  if (has(8)) {
    take(5, (offset) => {
      const kcal = data.getUint16(offset, true);
      reading.energyKcal = kcal === 0xffff ? null : kcal;
    });
  }
  if (has(9)) {
    take(1, (offset) => {
      const bpm = data.getUint8(offset);
      reading.heartRateBpm = bpm === 0 ? null : bpm;
    });
  }
  return reading;
}
