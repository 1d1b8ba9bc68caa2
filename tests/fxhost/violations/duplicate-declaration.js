// @ts-nocheck: breaks a rule on purpose.
'use strict';

// The script before this one declares it.
const sharedName = 2;
