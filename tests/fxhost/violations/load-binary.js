// @ts-nocheck: breaks a rule on purpose.
'use strict';

LoadResourceFile(GetCurrentResourceName(), 'blob.bin');
