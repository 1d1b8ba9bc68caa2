fx_version 'cerulean'
game 'common'
file 'list.json'
server_script 'main.js'
