#!/usr/bin/perl
# Asks the engine for /_ping through the proxy. Perl, because it is in the base image.
#
# The engine itself runs this check. So when its socket refuses us while it is plainly alive, we hold the
# socket of an engine that is gone (a restart with live-restore makes a new file, and our mount still is
# the old one). Only a new start of this container mounts the new one: end it, the restart policy does the rest.
use strict;
use warnings;
use IO::Socket::UNIX;

if (!IO::Socket::UNIX->new(Peer => '/var/run/docker.sock')) {
  warn "the engine's socket is stale ($!): starting anew\n";
  kill 'TERM', 1;
  exit 1;
}
my $proxy = IO::Socket::UNIX->new(Peer => '/run/docker-proxy/docker.sock') or die "the proxy does not listen: $!\n";
print {$proxy} "GET /_ping HTTP/1.0\r\nHost: docker\r\n\r\n";
my $status = <$proxy> // '';
print $status;
exit($status =~ m{^HTTP/1\.\d 200 } ? 0 : 1);
