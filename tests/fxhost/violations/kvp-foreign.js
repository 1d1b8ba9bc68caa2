// @ts-nocheck: breaks a rule on purpose.
'use strict';

GetResourceKvpString('res:monitor:token');
