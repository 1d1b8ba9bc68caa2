// @ts-nocheck: breaks a rule on purpose.
'use strict';

SaveResourceFile('monitor', 'note.txt', 'mine', -1);
