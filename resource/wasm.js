'use strict';

// One instance of bridge.wasm. Arguments go into its input buffer, each as length[4,
// little-endian] and bytes; results come back in its output buffer. Both, and the stack, are wiped
// after each call, since secrets pass through them. The module has no imports: it computes,
// nothing else.

const ABI_VERSION = 1;
// More than any call uses: the largest holds a signature base of 9 kB.
const STACK_BYTES = 32_768;
/** @type {Result} one for all, so that feeding a list makes no garbage */
const NOTHING = { value: Buffer.alloc(0) };

/** @typedef {string | Uint8Array | bigint} Field text, bytes, or a number of 64 bits */
/** @typedef {{value: Buffer} | {error: string}} Result */

/**
 * @param {Uint8Array} bytes
 * @returns {WebAssembly.Module}
 */
function compile(bytes) {
  if (typeof WebAssembly !== 'object') {
    throw new Error('this Node.js has no WebAssembly: update the FXServer artifact');
  }
  let module;
  try {
    module = new WebAssembly.Module(bytes);
  } catch (error) {
    throw new Error(`bridge.wasm is damaged; copy the resource again (${messageOf(error)})`);
  }
  if (WebAssembly.Module.imports(module).length > 0) {
    throw new Error('bridge.wasm is not the one of this resource; copy the resource again');
  }
  return module;
}

/** @param {unknown} error */
function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}

/** @param {Field} field */
function lengthOf(field) {
  if (typeof field === 'string') return Buffer.byteLength(field, 'utf8');
  return typeof field === 'bigint' ? 8 : field.length;
}

/** @param {Buffer} memory @param {Field} field @param {number} at @returns {number} where it ends */
function write(memory, field, at) {
  const length = lengthOf(field);
  const start = memory.writeUInt32LE(length, at);
  if (typeof field === 'string') memory.write(field, start, 'utf8');
  else if (typeof field === 'bigint') memory.writeBigUInt64LE(field, start);
  else memory.set(field, start);
  return start + length;
}

class Instance {
  /** @type {Record<string, any>} */
  #exports;
  #view = Buffer.alloc(0);
  /** @type {number} */
  #input;
  /** @type {number} */
  #output;
  /** @type {number} */
  #capacity;
  /** @type {number} the stack grows down from here */
  #stackTop;

  /** @param {WebAssembly.Module} module */
  constructor(module) {
    let instance;
    try {
      instance = new WebAssembly.Instance(module, {});
    } catch (error) {
      // V8 reserves gigabytes of address space for each instance's guard pages.
      throw new Error('bridge.wasm cannot be started; is there a limit on virtual memory '
        + `(ulimit -v)? (${messageOf(error)})`);
    }
    this.#exports = instance.exports;
    if (this.#exports.abi_version?.() !== ABI_VERSION) {
      throw new Error('bridge.wasm is of another version than the scripts; copy the whole resource '
        + 'again');
    }
    this.#exports._initialize();
    this.#input = this.#exports.input_address();
    this.#output = this.#exports.output_address();
    this.#capacity = this.#exports.buffer_bytes();
    this.#stackTop = this.#exports.stack_top();
  }

  get capacity() { return this.#capacity; }
  get memoryBytes() { return this.#exports.memory.buffer.byteLength; }

  /**
   * Calls an export that takes fields and gives a result, or a reason why not.
   * @param {string} name
   * @param {Field[]} fields
   * @returns {Result}
   */
  call(name, ...fields) {
    const length = fields.reduce((sum, field) => sum + 4 + lengthOf(field), 0);
    if (length > this.#capacity) return { error: 'too long' };
    const memory = this.#memory();
    fields.reduce((at, field) => write(memory, field, at), this.#input);
    try {
      return this.#result(this.#exports[name](length));
    } finally {
      this.#wipe(this.#input, length);
      this.#wipe(this.#stackTop - STACK_BYTES, STACK_BYTES);
    }
  }

  /**
   * Calls an export that takes the bytes as they are, or none.
   * @param {string} name
   * @param {Uint8Array} [bytes] at most `capacity`
   * @returns {Result}
   */
  pass(name, bytes) {
    if (bytes === undefined) return this.#result(this.#exports[name]());
    this.#memory().set(bytes, this.#input);
    return this.#result(this.#exports[name](bytes.length));
  }

  /**
   * Calls an export that gives a plain number, or nothing.
   * @param {string} name
   * @param {number[]} numbers
   * @returns {number}
   */
  number(name, ...numbers) { return this.#exports[name](...numbers); }

  /** @param {number} returned the length of the result, or minus that of the reason @returns {Result} */
  #result(returned) {
    if (returned === 0) return NOTHING;
    const length = Math.abs(returned);
    const bytes = Buffer.from(this.#memory().subarray(this.#output, this.#output + length));
    this.#wipe(this.#output, length);
    return returned < 0 ? { error: bytes.toString('utf8') } : { value: bytes };
  }

  /** All of the module's memory. Memory that has grown is another buffer. @returns {Buffer} */
  #memory() {
    const { buffer } = this.#exports.memory;
    if (this.#view.buffer !== buffer) this.#view = Buffer.from(buffer);
    return this.#view;
  }

  /** @param {number} address @param {number} length */
  #wipe(address, length) {
    this.#memory().fill(0, address, address + length);
  }
}

/** A fault inside the module: the instance must not be used after it. @param {unknown} error */
function isTrap(error) { return error instanceof WebAssembly.RuntimeError; }

module.exports = { Instance, compile, isTrap };
