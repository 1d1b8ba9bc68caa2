// @ts-nocheck: breaks a rule on purpose.
'use strict';

globalThis.setTimeout = () => {};
