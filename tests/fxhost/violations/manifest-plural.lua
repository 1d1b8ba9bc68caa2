fx_version 'cerulean'
game 'common'
server_only 'yes'
server_scripts 'main.js'
