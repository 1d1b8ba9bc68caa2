'use strict';

// Values that cross a runtime boundary in FXServer go through msgpack: they arrive as copies,
// undefined becomes null, functions become references, promises do not survive as values.

/**
 * @param {any} value
 * @param {(fn: Function) => Function} wrap how a function is made callable on the other side
 * @returns {any}
 */
function copy(value, wrap) {
  if (value === null || value === undefined) return null;
  if (typeof value === 'function') return wrap(value);
  if (typeof value === 'bigint' || typeof value === 'symbol') {
    throw new TypeError(`a ${typeof value} cannot be sent to another runtime`);
  }
  if (typeof value !== 'object') return value;
  if (ArrayBuffer.isView(value)) {
    return new Uint8Array(value.buffer, value.byteOffset, value.byteLength).slice();
  }
  if (value instanceof ArrayBuffer) return new Uint8Array(value.slice(0));
  if (typeof value.toJSON === 'function') return copy(value.toJSON(), wrap);
  if (Array.isArray(value)) return value.map((item) => copy(item, wrap));
  /** @type {Record<string, any>} */
  const result = {};
  for (const key of Object.keys(value)) result[key] = copy(value[key], wrap);
  return result;
}

/**
 * What a const char* of a native holds: UTF-8, ended by the first NUL.
 * @param {any} value
 * @returns {string | null}
 */
function cString(value) {
  // The script helper maps 0 to null as well.
  if (value === null || value === undefined || value === 0) return null;
  const text = Buffer.from(String(value), 'utf8').toString('utf8');
  const end = text.indexOf('\0');
  return end < 0 ? text : text.slice(0, end);
}

module.exports = { copy, cString };
