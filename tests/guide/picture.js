// SPDX-License-Identifier: EUPL-1.2
// A picture of a page small enough to be kept: PNG with a palette of at most
// 64 colours, each other colour drawn as its nearest.
'use strict';
const zlib = require('zlib');

const COLOURS = 64;

// ---- from what the browser gives ------------------------------------

function chunks(png) {
  const all = [];
  for (let at = 8; at < png.length;) {
    const n = png.readUInt32BE(at);
    all.push([png.toString('latin1', at + 4, at + 8), png.subarray(at + 8, at + 8 + n)]);
    at += n + 12;
  }
  return all;
}

const paeth = (a, b, c) => {
  const p = a + b - c;
  const [x, y, z] = [Math.abs(p - a), Math.abs(p - b), Math.abs(p - c)];
  return x <= y && x <= z ? a : y <= z ? b : c;
};
const FILTERS = [() => 0, (a) => a, (a, b) => b, (a, b) => (a + b) >> 1, paeth];

// Rows of RGB or RGBA, eight bits each, as Chromium writes them.
function decode(png) {
  const parts = chunks(png);
  const head = parts[0][1];
  const [width, height] = [head.readUInt32BE(0), head.readUInt32BE(4)];
  const bytes = head[9] === 6 ? 4 : 3;
  const raw = zlib.inflateSync(Buffer.concat(parts.filter(([k]) => k === 'IDAT').map(([, d]) => d)));
  const line = width * bytes;
  const out = Buffer.alloc(line * height);
  for (let y = 0; y < height; y++) {
    const filter = FILTERS[raw[y * (line + 1)]];
    for (let x = 0; x < line; x++) {
      const at = y * line + x;
      const a = x >= bytes ? out[at - bytes] : 0;
      const b = y > 0 ? out[at - line] : 0;
      const c = x >= bytes && y > 0 ? out[at - line - bytes] : 0;
      out[at] = raw[y * (line + 1) + 1 + x] + filter(a, b, c);
    }
  }
  return { width, height, bytes, out };
}

// ---- to what is kept ------------------------------------------------

const CRC = Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});

function chunk(kind, data) {
  const body = Buffer.concat([Buffer.from(kind, 'latin1'), data]);
  let crc = 0xffffffff;
  for (const byte of body) crc = CRC[(crc ^ byte) & 255] ^ (crc >>> 8);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE((crc ^ 0xffffffff) >>> 0, body.length + 4);
  return out;
}

// The colours that cover most, and for each colour the nearest of them.
function palette({ width, height, bytes, out }) {
  const seen = new Map();
  for (let i = 0; i < width * height; i++) {
    const c = (out[i * bytes] << 16) | (out[i * bytes + 1] << 8) | out[i * bytes + 2];
    seen.set(c, (seen.get(c) || 0) + 1);
  }
  const kept = [...seen].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, COLOURS).map(([c]) => c);
  const far = (a, b) => [16, 8, 0].reduce((sum, s) => sum + (((a >> s) & 255) - ((b >> s) & 255)) ** 2, 0);
  const nearest = new Map();
  for (const c of seen.keys()) {
    nearest.set(c, kept.reduce((best, k, i) => (far(c, k) < far(c, kept[best]) ? i : best), 0));
  }
  return { kept, nearest };
}

function small(png) {
  const image = decode(png);
  const { width, height, bytes, out } = image;
  const { kept, nearest } = palette(image);
  const rows = Buffer.alloc((width + 1) * height);
  for (let i = 0; i < width * height; i++) {
    const c = (out[i * bytes] << 16) | (out[i * bytes + 1] << 8) | out[i * bytes + 2];
    rows[Math.floor(i / width) * (width + 1) + 1 + (i % width)] = nearest.get(c);
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 3, 0, 0, 0], 8);
  const colours = Buffer.from(kept.flatMap((c) => [c >> 16, (c >> 8) & 255, c & 255]));
  return Buffer.concat([png.subarray(0, 8), chunk('IHDR', head), chunk('PLTE', colours),
    chunk('IDAT', zlib.deflateSync(rows, { level: 9, memLevel: 9 })), chunk('IEND', Buffer.alloc(0))]);
}

// Width and height, as they stand in the file.
const size = (png) => ({ width: png.readUInt32BE(16), height: png.readUInt32BE(20) });

module.exports = { small, size };
