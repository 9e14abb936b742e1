// A client written from docs/live-protocol.md and RFC 6455 alone, on nothing but sockets: the proof that the
// page is enough. Not a library: it shares no code with the hub or its clients, on purpose.
//
//   node independent_client.mjs HOST PORT TOKEN LOG STATE STREAM
//
// It watches a log and a state, says three things, records forty samples, and prints what it knows as a line of
// JSON whenever a line comes in on stdin. It ends with its stdin.

import crypto from "node:crypto";
import net from "node:net";
import readline from "node:readline";

const [host, port, token, log, state, stream] = process.argv.slice(2);

// RFC 6455: the handshake and frames.

function handshake(socket) {
  const key = crypto.randomBytes(16).toString("base64");
  socket.write(
    `GET /ws HTTP/1.1\r\nHost: ${host}:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\nSec-WebSocket-Protocol: pulse.v1.json\r\n\r\n`,
  );
  const accept = crypto.createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
  return (head) =>
    /^HTTP\/1\.1 101 /.test(head) &&
    new RegExp(`^sec-websocket-accept: ${accept.replace(/[+/]/g, "\\$&")}\r?$`, "im").test(head) &&
    /^sec-websocket-protocol: pulse\.v1\.json\r?$/im.test(head);
}

function frame(opcode, payload) {
  const size = payload.length;
  const head = size < 126 ? Buffer.from([0x80 | opcode, 0x80 | size]) : Buffer.alloc(4);
  if (size >= 126) {
    head[0] = 0x80 | opcode;
    head[1] = 0x80 | 126;
    head.writeUInt16BE(size, 2);
  }
  const mask = crypto.randomBytes(4);
  return Buffer.concat([head, mask, Buffer.from(payload.map((byte, n) => byte ^ mask[n % 4]))]);
}

/** The first whole frame of what was read: [opcode, payload, bytes it took], or null. */
function unframe(read) {
  if (read.length < 2) return null;
  let size = read[1] & 0x7f;
  let at = 2;
  if (size === 126) {
    if (read.length < 4) return null;
    size = read.readUInt16BE(2);
    at = 4;
  } else if (size === 127) {
    if (read.length < 10) return null;
    size = Number(read.readBigUInt64BE(2));
    at = 10;
  }
  if (read.length < at + size) return null;
  return [read[0] & 0x0f, read.subarray(at, at + size), at + size];
}

// The page: what is kept from one connection to the next.

const positions = {};
const events = [];
let rows = {};
const resets = [];
const closes = [];
let welcomes = 0;
let drains = 0;
let clock = [];

const samples = Array.from({ length: 40 }, (_, n) => [250 * (n + 1), 120 + n]);
let durable = 0;
const sayings = ["one", "two", "three"].map((text, n) => ({ id: n + 1, mid: `${crypto.randomUUID()}`, text, seq: null }));

let attempt = 0;
let current = null;

class Connection {
  constructor() {
    this.channels = new Map();
    this.read = Buffer.alloc(0);
    this.isOpen = false;
    this.code = 1006;
    this.silence = null;
    this.socket = net.connect(Number(port), host);
    const accepts = handshake(this.socket);
    this.socket.on("data", (data) => {
      this.read = Buffer.concat([this.read, data]);
      if (!this.isOpen) {
        const end = this.read.indexOf("\r\n\r\n");
        if (end < 0) return;
        if (!accepts(this.read.subarray(0, end).toString("latin1"))) return this.socket.destroy();
        this.read = this.read.subarray(end + 4);
        this.isOpen = true;
        this.send({ type: "connect", token, subscribe: [log, state], positions, t0: Date.now() });
      }
      for (let one = unframe(this.read); one !== null; one = unframe(this.read)) {
        this.read = this.read.subarray(one[2]);
        this.message(one[0], one[1]);
      }
    });
    this.socket.on("error", () => {});
    this.socket.on("close", () => this.closed());
  }

  send(...frames) {
    this.socket.write(frame(1, Buffer.from(frames.map((one) => JSON.stringify(one)).join("\n"))));
  }

  message(opcode, payload) {
    if (opcode === 8) {
      this.code = payload.length >= 2 ? payload.readUInt16BE(0) : 1005;
      this.socket.end(frame(8, Buffer.from(payload.subarray(0, 2))));
    } else if (opcode === 9) {
      this.socket.write(frame(10, Buffer.from(payload)));
    } else if (opcode === 1) {
      for (const one of payload.toString("utf8").split("\n")) this.frame(JSON.parse(one));
    }
  }

  frame(one) {
    this.listen();
    const channel = this.channels.get(one.cid);
    switch (one.type) {
      case "welcome":
        welcomes += 1;
        attempt = 0;
        this.ping_s = one.ping_s;
        this.sample(one.t0, one.now, one.now);
        // Rule 4: what was not answered is said again, as the same `mid`; and samples from what is durable on.
        for (const { id, mid, text, seq } of sayings)
          if (seq === null) this.send({ type: "publish", id, channel: log, mid, body: { text } });
        this.record();
        break;
      case "subscribed":
        this.channels.set(one.cid, one.channel);
        positions[one.channel] = [one.epoch, one.seq];
        break;
      case "event":
        if (one.seq <= positions[channel][1]) break;
        if (one.seq > positions[channel][1] + 1) {
          this.send({ type: "subscribe", id: 99, channel, position: positions[channel] });
          break;
        }
        positions[channel][1] = one.seq;
        events.push([one.seq, one.event]);
        break;
      case "reset":
        resets.push(one.reason);
        positions[channel] = [one.epoch, one.seq];
        break;
      case "snapshot":
        rows = { ...one.rows };
        positions[channel] = [one.epoch, one.seq];
        break;
      case "diff":
        if (one.from_seq !== positions[channel][1]) {
          this.send({ type: "subscribe", id: 98, channel });
          break;
        }
        Object.assign(rows, one.upserts ?? {});
        for (const key of one.removes ?? []) delete rows[key];
        positions[channel][1] = one.to_seq;
        break;
      case "ok": {
        const said = sayings.find(({ id }) => id === one.id);
        if (said !== undefined) said.seq = one.seq;
        break;
      }
      case "error":
        if (one.retry_after !== undefined) setTimeout(() => this.record(), one.retry_after * 1000);
        break;
      case "ingested":
        durable = Math.max(durable, one.upto);
        break;
      case "time":
        this.sample(one.t0, one.t1, one.t2);
        break;
      case "ping":
        this.send({ type: "pong", t: one.t });
        break;
      case "drain":
        drains += 1;
        setTimeout(connect, Math.random() * one.slot_ms);
        break;
      // Rule 8: whatever else comes is ignored.
    }
  }

  sample(t0, t1, t2) {
    const t3 = Date.now();
    clock = [...clock.slice(-7), [t3 - t0 - (t2 - t1), (t1 - t0 + (t2 - t3)) / 2]];
  }

  record() {
    // Ten at a time: far below eight messages a second.
    for (let from = durable; from < samples.length && this === current; from += 10)
      this.send({ type: "ingest", stream, first_seq: from + 1, samples: samples.slice(from, from + 10) });
  }

  listen() {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.socket.destroy(), ((this.ping_s ?? 25) + 20) * 1000);
  }

  closed() {
    clearTimeout(this.silence);
    closes.push(this.code);
    if (this !== current || this.code >= 4500 || this.code === 1002 || this.code === 1009) return;
    setTimeout(connect, Math.random() * Math.min(20_000, 200 * 2 ** attempt++));
  }
}

function connect() {
  const before = current;
  current = new Connection();
  // Rule 7: the old one delivers until the new one does; what comes twice is dropped by rules 1 and 2.
  if (before !== null) setTimeout(() => before.socket.destroy(), 300);
}

connect();
const input = readline.createInterface({ input: process.stdin });
input.on("line", () => {
  const offset_ms = clock.length ? clock.reduce((best, one) => (one[0] < best[0] ? one : best))[1] : null;
  console.log(JSON.stringify({ events, rows, resets, closes, welcomes, drains, durable, sayings, offset_ms, positions }));
});
input.on("close", () => process.exit(0));
