-- A small resource that behaves: the host's own tests run it and expect no violation.
fx_version 'cerulean'
game 'common'

name 'sample'
version "1.2.3"
server_only 'yes'
node_version '22'

--[[ order matters:
     shared scripts run first ]]
shared_script 'shared.js'
server_scripts {
    'main.js', -- the entry
    'second.js',
}

dependencies { '/server:12913' }
