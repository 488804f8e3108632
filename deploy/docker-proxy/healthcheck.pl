#!/usr/bin/perl
# Whether the engine answers through the proxy. Perl, because it is in every Debian image.
use strict;
use warnings;
use IO::Socket::UNIX;

my $proxy = IO::Socket::UNIX->new(Peer => '/run/docker-proxy/docker.sock') or die "the proxy does not listen: $!\n";
print {$proxy} "GET /_ping HTTP/1.0\r\nHost: docker\r\n\r\n";
my $status = <$proxy> // '';
print $status;
exit($status =~ m{^HTTP/1\.\d 200 } ? 0 : 1);
