package PassOn;

# Passes a growing file on to a stream, without ever holding up who writes the file.
#
# The position in the file moves when what was read has been written, so whoever goes on after this process begins
# there. What has been passed on is freed in the file. While nobody takes it, at most BACKLOG_BYTES are kept: of
# more, the oldest lines go. How many is written to FOLDER/NAME.lost, and said on stderr when the stream goes on.
use strict;
use warnings;
use Fcntl qw(O_CREAT O_RDONLY SEEK_CUR SEEK_SET);
use POSIX qw(strftime);

use constant {
  CHUNK_BYTES => 4096, # a pipe that takes anything takes so much at once
  BACKLOG_BYTES => 16 * 1024 * 1024,
  FREED_BYTES => 1024 * 1024, # at least so many at a time
  LOOK_SECONDS => 0.1,
  LAST_WORDS_SECONDS => 2,
};

# opened FOLDER NAME STREAM: the log; STREAM is 1 or 2.
sub opened {
  my ($folder, $name, $stream) = @_;
  unlink "$folder/$name.log", "$folder/$name.lost";
  sysopen my $file, "$folder/$name.log", O_CREAT | O_RDONLY, 0600 or die "front: $folder/$name.log: $!\n";
  open my $out, '>&=', $stream or die "front: stream $stream: $!\n";
  return { folder => $folder, name => $name, file => $file, out => $out, rest => '', unsaid => 0, freed => 0 };
}

# pass_on LOG, HEAR: until SIGTERM comes and all is passed on, or nobody takes it then. HEAR is called once that would
# be heard.
sub pass_on {
  my ($log, $hear) = @_;
  my $ends;
  $SIG{TERM} = sub { $ends = time + LAST_WORDS_SECONDS };
  $SIG{PIPE} = 'IGNORE';
  $hear->();
  while (!$ends || time <= $ends) {
    drop_oldest($log);
    my $text = next_of($log);
    if ($text eq '') {
      last if $ends;
      select undef, undef, undef, LOOK_SECONDS;
    } elsif (takes($log->{out})) {
      say_lost($log);
      put($log, $text);
    }
  }
  say_lost($log);
}

sub place { sysseek $_[0]{file}, 0, SEEK_CUR }

# What is to be written next, lines as far as possible.
sub next_of {
  my ($log) = @_;
  return substr $log->{rest}, 0, CHUNK_BYTES if $log->{rest} ne '';
  my $text = chunk($log, CHUNK_BYTES);
  sysseek $log->{file}, -length $text, SEEK_CUR;
  my $line_end = rindex $text, "\n";
  return $line_end < 0 ? $text : substr $text, 0, $line_end + 1;
}

sub chunk {
  my ($log, $bytes) = @_;
  defined sysread $log->{file}, my $text, $bytes or die "front: $log->{name}.log: $!\n";
  return $text;
}

# Whether a write of a chunk would not wait; waits for that a moment.
sub takes {
  vec(my $streams = '', fileno $_[0], 1) = 1;
  return select(undef, $streams, undef, LOOK_SECONDS) > 0;
}

sub put {
  my ($log, $text) = @_;
  my $written = syswrite $log->{out}, $text;
  if (!$written) { # the stream is closed or full: as if it took nothing
    select undef, undef, undef, LOOK_SECONDS;
  } elsif ($log->{rest} ne '') {
    substr($log->{rest}, 0, $written) = '';
  } else {
    sysseek $log->{file}, $written, SEEK_CUR;
    free($log);
  }
}

# Gives the memory of what has been passed on back; the file keeps its length.
sub free {
  my ($log) = @_;
  my $place = place($log);
  return if $place - $log->{freed} < FREED_BYTES;
  $log->{freed} = $place;
  system 'fallocate', '--punch-hole', '--offset', 0, '--length', $place - 1, "$log->{folder}/$log->{name}.log";
}

sub drop_oldest {
  my ($log) = @_;
  my $end = -s $log->{file};
  return if $end - place($log) <= BACKLOG_BYTES;
  keep_begun_line($log) if $log->{rest} eq '';
  $end -= BACKLOG_BYTES / 2;
  my $lines = 0;
  while (place($log) < $end) {
    $lines += chunk($log, CHUNK_BYTES) =~ tr/\n//;
  }
  $lines += line_end($log) =~ tr/\n//;
  free($log);
  $log->{unsaid} += $lines;
  count($log, $lines);
}

# A line of which a part has been written is written to its end.
sub keep_begun_line {
  my ($log) = @_;
  return if place($log) == 0;
  sysseek $log->{file}, -1, SEEK_CUR;
  $log->{rest} = line_end($log) if chunk($log, 1) ne "\n";
}

# What there is up to the end of a line, which is then the place.
sub line_end {
  my ($log) = @_;
  my $text = '';
  while ((my $more = chunk($log, CHUNK_BYTES)) ne '') {
    my $at = index $more, "\n";
    if ($at >= 0) {
      sysseek $log->{file}, $at + 1 - length $more, SEEK_CUR;
      return $text . substr $more, 0, $at + 1;
    }
    $text .= $more;
  }
  return $text;
}

sub count {
  my ($log, $lines) = @_;
  my $path = "$log->{folder}/$log->{name}.lost";
  my $before = 0;
  if (open my $file, '<', $path) {
    $before = <$file> // 0;
  }
  open my $file, '>', "$path.new" or return;
  print {$file} $before + $lines, "\n";
  close $file;
  rename "$path.new", $path;
}

sub say_lost {
  my ($log) = @_;
  return if !$log->{unsaid} || !takes(\*STDERR);
  my $now = strftime('%Y/%m/%d %H:%M:%S', localtime);
  syswrite STDERR, "$now [warn] $log->{unsaid} lines of the $log->{name} log are lost, as nobody took them\n";
  $log->{unsaid} = 0;
}

1;
