#!/usr/bin/perl
# start ENGINE-SOCKET HAPROXY-CONFIGURATION: HAProxy, for as long as the engine lives whose socket it holds.
#
# An engine that starts again makes a new socket file, and a mount of the old one is refused for ever.
# Containers usually end with their engine; with live-restore they go on, and health checks do not. So this
# ends by itself, and the engine that comes back starts it again, with the new file.
use strict;
use warnings;
use IO::Socket::UNIX;

use constant { SECONDS_BETWEEN_LOOKS => 2, REFUSALS => 3 };

my ($engine, $configuration) = @ARGV;

my $haproxy = fork // die "cannot fork: $!\n";
if ($haproxy == 0) {
  exec 'haproxy', '-db', '-f', $configuration or die "cannot run haproxy: $!\n";
}
$SIG{TERM} = $SIG{INT} = sub { kill 'TERM', $haproxy };

my $refused = 0;
my $forbidden = 0;
$SIG{ALRM} = sub {
  my $answers = IO::Socket::UNIX->new(Peer => $engine);
  # A right that is missing does not come by another start: this stays, and its health check tells.
  my $may_not = !$answers && ($!{EACCES} || $!{EPERM});
  warn "may not open $engine: $!\n" if $may_not && !$forbidden;
  $forbidden = $may_not;
  $refused = $answers || $may_not ? 0 : $refused + 1;
  if ($refused == REFUSALS) {
    warn "the engine is gone from $engine: ends, to be started again by the next one\n";
    kill 'TERM', $haproxy;
  }
  alarm SECONDS_BETWEEN_LOOKS;
};
alarm SECONDS_BETWEEN_LOOKS;

waitpid $haproxy, 0;
exit($? == 0 ? 0 : 1);
