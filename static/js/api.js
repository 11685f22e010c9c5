/**
 * Requests to the site's API, which speaks JSON.
 */

/** Codes of our own, beside those of the server. */
export const UNREACHABLE = "unreachable";
export const UNREADABLE = "unreadable";

const LONGEST_WAIT = 15_000; // ms

/** What the server answered, or that it did not: `code` is for programs, `message` for people. */
export class ApiError extends Error {
  /** @param {string} code @param {string} message @param {number} [status] 0 without an answer */
  constructor(code, message, status = 0) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/**
 * @param {string} method
 * @param {string} url
 * @param {{body?: object, headers?: Record<string, string>, credentials?: RequestCredentials}} [options]
 * @returns {Promise<any>} the JSON of the answer; null where there is none
 * @throws {ApiError}
 */
export async function request(method, url, { body, headers = {}, credentials = "same-origin" } = {}) {
  const response = await reach(url, {
    method,
    credentials,
    headers: { Accept: "application/json", ...(body && { "Content-Type": "application/json" }), ...headers },
    body: body && JSON.stringify(body),
    signal: AbortSignal.timeout(LONGEST_WAIT),
  });
  const content = await read(response);
  if (response.ok) return content;
  const { code = UNREADABLE, message = "" } = content?.error ?? {};
  throw new ApiError(code, message, response.status);
}

async function reach(url, options) {
  try {
    return await fetch(url, options);
  } catch (error) {
    throw new ApiError(UNREACHABLE, String(error));
  }
}

/** A proxy's error page is no JSON: then the status has to do. */
async function read(response) {
  if (response.status === 204) return null;
  try {
    return await response.json();
  } catch (error) {
    if (response.ok) throw new ApiError(UNREADABLE, String(error), response.status);
    return null;
  }
}
