import { createServer } from 'node:net';

const blockSize = 4_096;
const requestMagic = 0x25609513;
const replyMagic = 0x67446698;
const optionReplyMagic = 0x3e889045565a9n;
const commands = { read: 0, write: 1, disconnect: 2, flush: 3 };
const options = { exportName: 1, abort: 2, info: 6, go: 7 };
/** The export can be flushed. Writes cannot be forced through one by one: QEMU flushes instead. */
const transmissionFlags = 1 | 4;

/**
 * A disk with a volatile cache, as real ones have. What is written reaches its medium when the guest flushes and not
 * before, so a power cut loses it. A disk may write its cache in any order and at any time: at a cut, each block that is
 * not flushed has reached the medium or not, as a coin falls.
 */
export class VolatileDisk {
  /** @type {Map<number, Buffer>} by number of the block */
  #medium = new Map();
  #cache = new Map();
  flushes = 0;

  /** @param {Buffer} image what is on it at first */
  constructor(image) {
    this.size = image.length;
    const empty = Buffer.alloc(blockSize);
    for (let at = 0; at < image.length; at += blockSize) {
      const block = image.subarray(at, at + blockSize);
      if (!block.equals(empty)) this.#medium.set(at / blockSize, Buffer.from(block));
    }
  }

  read(offset, length) {
    const wanted = Buffer.alloc(length);
    for (const { number, from, at, count } of pieces(offset, length))
      (this.#cache.get(number) ?? this.#medium.get(number))?.copy(wanted, at, from, from + count);
    return wanted;
  }

  write(offset, data) {
    for (const { number, from, at, count } of pieces(offset, data.length)) {
      const block = Buffer.alloc(blockSize);
      (this.#cache.get(number) ?? this.#medium.get(number))?.copy(block);
      data.copy(block, from, at, at + count);
      this.#cache.set(number, block);
    }
  }

  flush() {
    this.flushes += 1;
    for (const [number, block] of this.#cache) this.#medium.set(number, block);
    this.#cache.clear();
  }

  /** @param {() => number} random @returns how many blocks were in the cache, and how many of them are lost */
  cut(random) {
    const cached = this.#cache.size;
    let lost = 0;
    for (const [number, block] of this.#cache) {
      if (random() < 0.5) this.#medium.set(number, block);
      else lost += 1;
    }
    this.#cache.clear();
    return { cached, lost };
  }
}

function* pieces(offset, length) {
  for (let at = 0; at < length;) {
    const from = (offset + at) % blockSize;
    const count = Math.min(blockSize - from, length - at);
    yield { number: Math.floor((offset + at) / blockSize), from, at, count };
    at += count;
  }
}

/** Serves `disk` at `path`, a Unix socket, by the NBD protocol (fixed newstyle, simple replies). */
export async function serveDisk(disk, path) {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    void converse(disk, socket).catch(() => socket.destroy());
  });
  await new Promise((resolve) => void server.listen(path, resolve));
  return server;
}

async function converse(disk, socket) {
  const take = reader(socket);
  socket.write(Buffer.concat([Buffer.from('NBDMAGICIHAVEOPT'), uint16(1 | 2)]));
  await take(4);
  if (await negotiate(disk, socket, take)) await transmit(disk, socket, take);
  socket.end();
}

async function negotiate(disk, socket, take) {
  for (;;) {
    const head = await take(16);
    const option = head.readUInt32BE(8);
    await take(head.readUInt32BE(12));
    const reply = (type, data = Buffer.alloc(0)) =>
      socket.write(Buffer.concat([uint64(optionReplyMagic), uint32(option), uint32(type), uint32(data.length), data]));
    const described = Buffer.concat([uint64(BigInt(disk.size)), uint16(transmissionFlags)]);
    if (option === options.exportName) return socket.write(described);
    if (option === options.go || option === options.info) {
      reply(3, Buffer.concat([uint16(0), described]));
      reply(1);
      if (option === options.go) return true;
    } else if (option === options.abort) {
      reply(1);
      return false;
    } else reply(0x80000001);
  }
}

async function transmit(disk, socket, take) {
  for (;;) {
    const request = await take(28);
    if (request.readUInt32BE(0) !== requestMagic) throw new Error('no request');
    const command = request.readUInt16BE(6);
    const offset = Number(request.readBigUInt64BE(16));
    const length = request.readUInt32BE(24);
    let data = Buffer.alloc(0);
    if (command === commands.disconnect) return;
    else if (command === commands.read) data = disk.read(offset, length);
    else if (command === commands.write) disk.write(offset, await take(length));
    else if (command === commands.flush) disk.flush();
    const known = command === commands.read || command === commands.write || command === commands.flush;
    socket.write(Buffer.concat([uint32(replyMagic), uint32(known ? 0 : 22), request.subarray(8, 16), data]));
  }
}

/** Takes a number of bytes at a time from `socket`. */
function reader(socket) {
  let chunks = [];
  let held = 0;
  let wake = () => undefined;
  let closed = false;
  socket.on('data', (chunk) => {
    chunks.push(chunk);
    held += chunk.length;
    wake();
  });
  socket.on('close', () => {
    closed = true;
    wake();
  });
  return async (length) => {
    for (;;) {
      if (held >= length) break;
      if (closed) throw new Error('the connection is closed');
      await new Promise((resolve) => (wake = resolve));
    }
    const all = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
    chunks = all.length > length ? [all.subarray(length)] : [];
    held -= length;
    return all.subarray(0, length);
  };
}

function uint16(value) {
  const buffer = Buffer.alloc(2);
  buffer.writeUInt16BE(value);
  return buffer;
}

function uint32(value) {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32BE(value);
  return buffer;
}

function uint64(value) {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64BE(value);
  return buffer;
}
