/**
 * Copies the few files that the pages load out of node_modules into static/vendor, which is not committed.
 *
 * No bundler: each is the file as published, but for the names by which it finds its neighbours. A worker knows no
 * import map, and the maps of the sources stay behind.
 */

import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const MODULES = join(ROOT, "node_modules");
const VENDOR = join(ROOT, "static", "vendor");

/** Where each file goes, and where it comes from. */
const FILES = {
  "litert/litert.js": "@litertjs/core/dist/index.js",
  "litert/wasm-utils.js": "@litertjs/wasm-utils/dist/index.js",
  // Of the four builds the one without relaxed SIMD: it runs in every browser, and gives the same numbers in each.
  "litert/runtime.js": "@litertjs/core/wasm/litert_wasm_compat_internal.js",
  "litert/runtime.wasm": "@litertjs/core/wasm/litert_wasm_compat_internal.wasm",
  "uplot/uplot.js": "uplot/dist/uPlot.esm.js",
  "uplot/uplot.css": "uplot/dist/uPlot.min.css",
};

/** Where each package may be imported from once it is there. */
const NEIGHBOURS = { "@litertjs/wasm-utils": "./wasm-utils.js" };

await rm(VENDOR, { recursive: true, force: true });
for (const [target, source] of Object.entries(FILES)) await copy(join(MODULES, source), join(VENDOR, target));

async function copy(from, to) {
  await mkdir(dirname(to), { recursive: true });
  if (to.endsWith(".js")) await writeFile(to, servable(await readFile(from, "utf8")));
  else await copyFile(from, to);
}

/** @param {string} code */
function servable(code) {
  const named = code.replaceAll(/from "([^".][^"]*)"/g, (_, name) => {
    if (!(name in NEIGHBOURS)) throw new Error(`Expected imports of ${Object.keys(NEIGHBOURS)}, received ${name}.`);
    return `from "${NEIGHBOURS[name]}"`;
  });
  return named.replaceAll(/^\/\/# sourceMappingURL=.*$/gm, "");
}
