/** A figure that tells how an environment is: recorded by Prometheus, drawn by every dashboard, judged by the alerts. */
export interface KeyQuery {
  /** Name under which Prometheus records it: the query to ask for it. */
  readonly record: string;
  readonly title: string;
  readonly unit: "requests/s" | "seconds" | "ratio" | "bytes" | "count" | "bool";
  /** Label that tells its series apart. */
  readonly by: "service" | "server" | "endpoint" | "dependency";
  /** What it is made of, in PromQL. */
  readonly expr: string;
}

/** Health checks come every two seconds and would bury the rest. */
const REQUESTS = 'http_request_duration_seconds_count{route!~"/health/.*"}';
const ERRORS = 'http_request_duration_seconds_count{route!~"/health/.*", status=~"5.."}';
const BUCKETS = 'http_request_duration_seconds_bucket{route!~"/health/.*"}';
const answered = `sum by (service) (rate(${REQUESTS}[5m]))`;

/** In the order in which people look at them. */
export const keyQueries: readonly KeyQuery[] = [
  {
    record: "service:up:min",
    title: "Scraped services that answer",
    unit: "bool",
    by: "service",
    expr: "min by (service) (up)",
  },
  {
    record: "service:dependency_up:min",
    title: "Stores that answer their backend",
    unit: "bool",
    by: "dependency",
    expr: "min by (service, dependency) (dependency_up)",
  },
  {
    record: "service:http_requests:rate5m",
    title: "Requests",
    unit: "requests/s",
    by: "service",
    expr: answered,
  },
  {
    record: "service:http_errors:ratio_rate5m",
    title: "Share of requests that fail (5xx)",
    unit: "ratio",
    by: "service",
    expr: `(sum by (service) (rate(${ERRORS}[5m])) or ${answered} * 0) / (${answered} > 0)`,
  },
  {
    record: "service:http_request_duration_seconds:p50_5m",
    title: "Time to answer, median",
    unit: "seconds",
    by: "service",
    expr: `histogram_quantile(0.5, sum by (service, le) (rate(${BUCKETS}[5m])))`,
  },
  {
    record: "service:http_request_duration_seconds:p99_5m",
    title: "Time to answer, 99th percentile",
    unit: "seconds",
    by: "service",
    expr: `histogram_quantile(0.99, sum by (service, le) (rate(${BUCKETS}[5m])))`,
  },
  {
    record: "service:http_requests_in_flight:sum",
    title: "Requests being answered",
    unit: "count",
    by: "service",
    expr: "sum by (service) (http_requests_in_flight)",
  },
  {
    record: "gateway:backend_requests:rate5m",
    title: "Requests that the gateway hands to each backend",
    unit: "requests/s",
    by: "server",
    expr: 'sum by (server) (rate(haproxy_server_http_responses_total{proxy="backends"}[5m]))',
  },
  {
    record: "service:memory:ratio",
    title: "Memory in use, of its limit",
    unit: "ratio",
    by: "service",
    expr: "max by (service) (process_resident_memory_bytes / service_memory_limit_bytes or redis_memory_used_bytes / (redis_memory_max_bytes > 0))",
  },
  {
    record: "service:connections:ratio",
    title: "Connections in use, of their limit",
    unit: "ratio",
    by: "service",
    expr: "max by (service) (haproxy_process_current_connections / haproxy_process_max_connections or redis_connected_clients / redis_config_maxclients)",
  },
  {
    record: "service:heap:ratio",
    title: "Heap that a collection left in use, of its limit",
    unit: "ratio",
    by: "service",
    expr: 'max by (service) (jvm_memory_pool_collection_used_bytes{pool="Tenured Gen"} / jvm_memory_pool_collection_max_bytes{pool="Tenured Gen"})',
  },
  {
    record: "service:store_file_bytes:max",
    title: "Size of the documents' file",
    unit: "bytes",
    by: "service",
    expr: "max by (service) (document_store_file_bytes)",
  },
  {
    record: "endpoint:parity_mismatches:ratio_rate5m",
    title: "Answers in which Python differs from Node",
    unit: "ratio",
    by: "endpoint",
    expr: 'sum by (endpoint) (rate(parity_comparisons_total{result="different"}[5m])) / (sum by (endpoint) (rate(parity_comparisons_total[5m])) > 0)',
  },
];
