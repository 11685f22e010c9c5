/**
 * Runs the JavaScript twins of the preprocessing on cases, and says where they differ from what Python has found.
 *
 * Loaded by Node and by a page alike. tests/twins.py makes the cases.
 *
 * @param {any[]} cases
 * @param {string} folder  where the twins are
 * @returns {Promise<string[]>} what differs, by the number of the case
 */
export async function differences(cases, folder) {
  const [{ rasterize }, { normalize }, { separateSymbols }, { inkFromRGBA }, { isDot, widestPen }] = await Promise.all(
    ["rasterizing", "normalization", "symbols", "ink", "dots"].map((name) => import(`${folder}/${name}.js`)),
  );
  const found = [];
  for (const [number, { given, expected }] of cases.entries()) {
    const seen = await (given.rgba
      ? seenIn(() => inkFromRGBA(decoded(given)), null)
      : seenIn(() => rasterize(given), widestPen(given.strokes)));
    for (const name of Object.keys({ ...expected, ...seen })) {
      const [wanted, got] = [JSON.stringify(expected[name]), JSON.stringify(seen[name])];
      if (wanted !== got) found.push(`case ${number}: ${name}: expected ${wanted}, received ${got}`);
    }
  }
  return found;

  async function seenIn(read, pen) {
    try {
      const raster = read();
      const { pixels, box } = normalize(raster);
      const separate = separateSymbols(raster);
      const symbols = await Promise.all(separate.map(async (symbol) => [sides(symbol.box), await digest(symbol.ink)]));
      const dots = separate.map((symbol) => isDot(raster, symbol.box, pen));
      return { ink: await digest(raster.ink), pixels: hex(pixels), box: sides(box), symbols, dots };
    } catch (error) {
      if (!("code" in error)) throw error;
      return { error: error.code };
    }
  }
}

const sides = ({ x, y, width, height }) => [x, y, width, height];

const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

async function digest(bytes) {
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))).slice(0, 16);
}

function decoded({ rgba, width, height }) {
  return { rgba: Uint8ClampedArray.from(atob(rgba), (letter) => letter.charCodeAt(0)), width, height };
}

/** In Node: `node twins.mjs CASES.json FOLDER` prints what differs, a line each. */
if (globalThis.process?.argv[1] === decodeURI(new URL(import.meta.url).pathname)) {
  const { readFile } = await import("node:fs/promises");
  const [, , file, folder] = globalThis.process.argv;
  for (const line of await differences(JSON.parse(await readFile(file, "utf8")), folder)) console.log(line);
}
