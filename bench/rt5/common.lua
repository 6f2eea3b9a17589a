-- What the three calls share: the session, and a line of figures at the end.
wrk.headers["Cookie"] = os.getenv("RT_COOKIE")
wrk.headers["Referer"] = os.getenv("RT_REFERER")
wrk.headers["Content-Type"] = "application/json"
queues = { "county-a", "county-b", "county-c", "county-d" }

function done(summary, latency)
  local failed = summary.errors.status + summary.errors.read + summary.errors.connect + summary.errors.timeout
  io.write(string.format(
    '{"requests":%d,"per_second":%.2f,"p50_ms":%.2f,"p99_ms":%.2f,"max_ms":%.2f,"failed":%d}\n',
    summary.requests, summary.requests / summary.duration * 1e6, latency:percentile(50) / 1e3,
    latency:percentile(99) / 1e3, latency.max / 1e3, failed))
end
