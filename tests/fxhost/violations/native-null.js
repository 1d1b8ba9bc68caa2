// @ts-nocheck: breaks a rule on purpose.
'use strict';

RegisterCommand('whoami', (src) => {
  try {
    GetPlayerName(src);
  } catch (error) {
    console.log(String(error));
  }
}, false);
