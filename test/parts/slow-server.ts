/** A command of a test container: `/cgi-bin/slow` answers once somebody asked for `/cgi-bin/go`, `/cgi-bin/asked` has a line for each time that it was asked for. */
export const SLOW_SERVER: readonly string[] = [
  'sh',
  '-c',
  `mkdir -p /www/cgi-bin; echo here > /www/index.html
printf '#!/bin/sh\\necho asked >> /asked; while ! test -e /go; do sleep 0.1; done; printf "Content-Type: text/plain\\\\r\\\\n\\\\r\\\\nslow"' > /www/cgi-bin/slow
printf '#!/bin/sh\\ntouch /go; printf "Content-Type: text/plain\\\\r\\\\n\\\\r\\\\ngone"' > /www/cgi-bin/go
printf '#!/bin/sh\\nprintf "Content-Type: text/plain\\\\r\\\\n\\\\r\\\\n"; cat /asked' > /www/cgi-bin/asked
busybox chmod +x /www/cgi-bin/*; httpd -f -p 80 -h /www`,
];
