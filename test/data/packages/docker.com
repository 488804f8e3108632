Package: docker-ce
Version: 5:29.1.3-1
Architecture: amd64
Depends: containerd.io (>= 1.7.27), docker-ce-cli, iptables
Conflicts: docker.io
Filename: ./docker-ce.deb
Size: 1

Package: docker-ce-cli
Version: 5:29.1.3-1
Architecture: amd64
Recommends: docker-buildx-plugin, docker-compose-plugin
Conflicts: docker.io
Filename: ./docker-ce-cli.deb
Size: 1

Package: docker-compose-plugin
Version: 5.0.0-1
Architecture: amd64
Conflicts: docker-compose
Breaks: docker-compose
Replaces: docker-compose
Filename: ./docker-compose-plugin.deb
Size: 1

Package: docker-buildx-plugin
Version: 0.30.1-1
Architecture: amd64
Filename: ./docker-buildx-plugin.deb
Size: 1

Package: containerd.io
Version: 2.2.0-2
Architecture: amd64
Provides: containerd, runc
Conflicts: containerd, runc
Replaces: containerd, runc
Filename: ./containerd.io.deb
Size: 1
