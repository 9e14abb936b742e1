/** Web Bluetooth, where it exists (not on iOS, Firefox or plain HTTP): ask `canConnect` before showing a button. */
import { type Crank, cadence, cyclingPower, heartRate, indoorBike } from './measurements';
import { type Reading, type Sensor, type SensorKind, type SensorState, STALE_MS } from './sensor';

interface Characteristic extends EventTarget {
  readonly value?: DataView;
  startNotifications(): Promise<unknown>;
}
interface Server {
  readonly connected: boolean;
  connect(): Promise<Server>;
  disconnect(): void;
  getPrimaryService(id: number): Promise<{ getCharacteristic(id: number): Promise<Characteristic> }>;
}
interface Device extends EventTarget {
  readonly name?: string;
  readonly gatt?: Server;
}
interface Bluetooth {
  requestDevice(options: { filters: { services: number[] }[] }): Promise<Device>;
}

type BluetoothKind = Exclude<SensorKind, 'simulator'>;

const PROFILES: Record<BluetoothKind, { service: number; characteristic: number }> = {
  heart_rate: { service: 0x180d, characteristic: 0x2a37 },
  power: { service: 0x1818, characteristic: 0x2a63 },
  trainer: { service: 0x1826, characteristic: 0x2ad2 },
};
const AGAIN_MS = 2_000;

function bluetooth(): Bluetooth | null {
  return typeof navigator !== 'undefined' && 'bluetooth' in navigator
    ? (navigator.bluetooth as Bluetooth)
    : null;
}

export function canConnect(): boolean {
  return bluetooth() !== null;
}

/** Ask the member for a device. Null where they chose none. Call it from a touch. */
export async function connect(kind: BluetoothKind): Promise<Sensor | null> {
  const { service } = PROFILES[kind];
  const device = await bluetooth()
    ?.requestDevice({ filters: [{ services: [service] }] })
    .catch((error: unknown) => {
      if (error instanceof DOMException && error.name === 'NotFoundError') return null;
      throw error;
    });
  if (device == null) return null;
  const sensor = new BluetoothSensor(kind, device);
  await sensor.open();
  return sensor;
}

class BluetoothSensor implements Sensor {
  readonly kind: BluetoothKind;
  readonly name: string;
  state: SensorState = 'lost';
  readonly #device: Device;
  readonly #listeners = new Set<() => void>();
  readonly #decode: (data: DataView) => Partial<Reading>;
  #last: Partial<Reading> = {};
  #lastAt = Number.NEGATIVE_INFINITY;
  #closed = false;

  constructor(kind: BluetoothKind, device: Device) {
    this.kind = kind;
    this.name = device.name ?? '';
    this.#device = device;
    this.#decode = decoder(kind);
    device.addEventListener('gattserverdisconnected', () => this.#lost());
  }

  async open(): Promise<void> {
    const { service, characteristic } = PROFILES[this.kind];
    const server = await this.#device.gatt?.connect();
    const source = await (await server?.getPrimaryService(service))?.getCharacteristic(characteristic);
    if (source === undefined) throw new Error('the device does not say what it measures');
    source.addEventListener('characteristicvaluechanged', () => {
      if (source.value === undefined) return;
      this.#last = this.#decode(source.value);
      this.#lastAt = Date.now();
    });
    await source.startNotifications();
    this.#move('connected');
  }

  read(nowMs: number): Partial<Reading> {
    return this.state === 'connected' && nowMs - this.#lastAt < STALE_MS ? this.#last : {};
  }

  onState(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  close(): void {
    this.#closed = true;
    this.#device.gatt?.disconnect();
  }

  #lost(): void {
    this.#move('lost');
    if (this.#closed) return;
    setTimeout(() => {
      if (!this.#closed) this.open().catch(() => this.#lost());
    }, AGAIN_MS);
  }

  #move(state: SensorState): void {
    this.state = state;
    for (const listener of [...this.#listeners]) listener();
  }
}

function decoder(kind: BluetoothKind): (data: DataView) => Partial<Reading> {
  if (kind === 'heart_rate') return heartRate;
  if (kind === 'trainer') return indoorBike;
  let crank: Crank | null = null;
  return (data) => {
    const power = cyclingPower(data);
    if (power === null) return {};
    const cadenceRpm = crank && power.crank ? cadence(crank, power.crank) : null;
    crank = power.crank;
    return { powerW: power.powerW, cadenceRpm };
  };
}
