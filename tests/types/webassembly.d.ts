// What we use of WebAssembly. TypeScript has it in lib "dom" only, which would bring a browser's
// globals along; Node's types leave it out.
declare namespace WebAssembly {
  interface ModuleImportDescriptor {
    module: string;
    name: string;
    kind: string;
  }
  interface ModuleExportDescriptor {
    name: string;
    kind: string;
  }
  class Module {
    constructor(bytes: Uint8Array);
    static imports(module: Module): ModuleImportDescriptor[];
    static exports(module: Module): ModuleExportDescriptor[];
  }
  class Memory {
    readonly buffer: ArrayBuffer;
  }
  class RuntimeError extends Error {}
  class Instance {
    constructor(module: Module, imports?: object);
    readonly exports: Record<string, any>;
  }
  function compile(bytes: Uint8Array): Promise<Module>;
  function instantiate(
    bytes: Uint8Array,
    imports?: object,
  ): Promise<{ module: Module; instance: Instance }>;
}
