-- Drawbridge: keeps the network's ban list in force on this server and reports to its ingest.
-- Runs on the server only. Nothing may ever stand under `files`: that would ship it to players.
fx_version 'cerulean'
game 'common'

name 'drawbridge'
author 'Drawbridge contributors'
description 'Ban network client: hashes identifiers here, enforces the ban list here'
version '0.1.0'

server_only 'yes'
node_version '22'
dependencies {
  '/server:12913',
}

server_script 'resource/main.js'
