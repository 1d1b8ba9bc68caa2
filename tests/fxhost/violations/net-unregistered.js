// @ts-nocheck: breaks a rule on purpose.
'use strict';

on('anything', () => console.log('reached'));
