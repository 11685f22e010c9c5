/**
 * Greyscale images as PNG files, not compressed: the twin of `encode_png` in datasets/preprocessing/normalization.py. Pure.
 */

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const STORED_MOST = 0xffff; // bytes in a block that is only stored, see RFC 1951
const CRC_POLYNOMIAL = 0xedb88320;
const ADLER_PRIME = 65521;

/** @param {Uint8Array} pixels  row by row @param {number} width @param {number} height @returns {Uint8Array} */
export function pngOf(pixels, width, height) {
  const rows = new Uint8Array(height * (width + 1)); // each row begins with its filter: 0, none
  for (let y = 0; y < height; y += 1) rows.set(pixels.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  const header = [...fourBytes(width), ...fourBytes(height), 8, 0, 0, 0, 0];
  return Uint8Array.from([...SIGNATURE, ...chunk("IHDR", header), ...chunk("IDAT", stored(rows)), ...chunk("IEND", [])]);
}

/** @param {string} kind @param {number[]} data */
function chunk(kind, data) {
  const content = [...Array.from(kind, (letter) => letter.charCodeAt(0)), ...data];
  return [...fourBytes(data.length), ...content, ...fourBytes(crcOf(content))];
}

/** Returns the format of zlib (RFC 1950), in blocks that are only stored. @param {Uint8Array} data */
function stored(data) {
  const blocks = [0x78, 0x01];
  for (let start = 0; start < data.length; start += STORED_MOST) {
    const block = data.subarray(start, start + STORED_MOST);
    const { length } = block;
    const last = +(start + STORED_MOST >= data.length);
    blocks.push(last, length & 0xff, length >> 8, ~length & 0xff, (~length >> 8) & 0xff, ...block);
  }
  return [...blocks, ...fourBytes(adlerOf(data))];
}

/** @param {readonly number[]} data */
function crcOf(data) {
  let crc = ~0;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? CRC_POLYNOMIAL : 0);
  }
  return ~crc;
}

/** @param {Uint8Array} data */
function adlerOf(data) {
  let [a, b] = [1, 0];
  for (const byte of data) {
    a = (a + byte) % ADLER_PRIME;
    b = (b + a) % ADLER_PRIME;
  }
  return b * 65536 + a;
}

/** @param {number} value  unsigned or as 32 bits */
function fourBytes(value) {
  return [value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
}
