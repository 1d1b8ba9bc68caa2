// @ts-nocheck: breaks a rule on purpose.
'use strict';

on('playerConnecting', () => {
  DropPlayer(source, 'not yet');
});
