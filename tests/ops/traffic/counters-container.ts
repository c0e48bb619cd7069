import Docker from "dockerode";

/** Answers as comparator and gateway do: 100 more comparisons each time, wrong ones while /tmp/bad is there. */
const COUNTERS = `
use IO::Socket::INET;
my $port = shift; my ($all, $bad) = (0, 0);
my $socket = IO::Socket::INET->new(LocalPort => $port, Listen => 5, ReuseAddr => 1) or die;
while (my $client = $socket->accept) {
  my ($path) = <$client> =~ m{GET (\\S+)}; while (<$client> =~ /\\S/) {}
  $all += 100; $bad += 50 if -e "/tmp/bad";
  my $backend = qq({"requests":$all,"errors":0,"classes":[$all]});
  my $report = qq({"startedAt":"then","bounds":[0.1],"endpoints":{"/v1/trials":{"compared":$all,"different":$bad,"node":$backend,"python":$backend}}});
  my $counts = qq(haproxy_server_http_responses_total{proxy="backends",server="python",code="2xx"} $all\\n);
  $counts .= qq(http_request_duration_seconds_count{method="GET",route="/v1/trials",status="200"} $all\\n);
  my $round = "null"; if (open my $file, "<", "/tmp/round") { $round = <$file> }
  my $body = $path eq "/report" ? $report : $path eq "/round" ? $round : $counts;
  my $type = $path eq "/metrics" ? "text/plain" : "application/json";
  print $client $path =~ m{^/(report|metrics|round)$} ? "HTTP/1.0 200 OK\\r\\nContent-Type: $type\\r\\n\\r\\n$body" : "HTTP/1.0 404 Not Found\\r\\n\\r\\n";
  close $client;
}`;

/** Says as the copying of documents does that another round found both sides equal. */
const ROUNDS = `
i=1; while sleep 0.1; do i=$((i+1))
echo '{"run":"r","round":'$i',"equal":true,"changed":0,"seconds":0.1,"error":null,"collections":{"notes":{"documents":7,"sha256":"x","equal":true}}}' >/tmp/next
mv /tmp/next /tmp/round; done`;

/** What empties a cache as operations do it, written down. */
const CACHE = `
mkdir -p /usr/local/lib/cache
echo 'cache_password() { echo word-of-cache; }' >/usr/local/lib/cache/settings.sh
printf '#!/bin/sh\\necho "$REDISCLI_AUTH $1" >>/tmp/emptied\\n' >/usr/local/bin/valkey-cli
chmod +x /usr/local/bin/valkey-cli`;

/** Starts a container that is comparator (8080), counter of answers (8404), copying and cache in one. */
export async function startCounters(network: "none" | "bridge"): Promise<Docker.Container> {
  const container = await new Docker().createContainer({
    Image: "debian:trixie-slim",
    Cmd: ["bash", "-c", `perl -e "$COUNTERS" 8080 & perl -e "$COUNTERS" 8404 & ${CACHE}${ROUNDS}`],
    Env: [`COUNTERS=${COUNTERS}`],
    HostConfig: { NetworkMode: network },
  });
  await container.start();
  return container;
}
