#!/usr/bin/perl
# healthcheck [PROXY-SOCKET ENGINE-SOCKET]: whether the engine answers through the proxy, and if not, why not.
# Perl, because it is in every Debian image.
use strict;
use warnings;
use IO::Socket::UNIX;

my ($ours, $engine) = @ARGV ? @ARGV : ('/run/docker-proxy/docker.sock', '/var/run/docker.sock');

my $proxy = IO::Socket::UNIX->new(Peer => $ours) or die "the proxy does not listen: $!\n";
print {$proxy} "GET /_ping HTTP/1.0\r\nHost: docker\r\n\r\n";
my $status = <$proxy> // '';
exit 0 if $status =~ m{^HTTP/1\.\d 200 };

if (IO::Socket::UNIX->new(Peer => $engine)) {
  print $status;
} elsif ($!{EACCES} || $!{EPERM}) {
  print "may not open $engine ($!): is the engine rootless, or does it remap users or use SELinux?\n";
} else {
  print "the engine is gone from $engine ($!)\n";
}
exit 1;
