-- wrk's counts as one line that a program can read.
done = function(summary, latency, _)
  local e = summary.errors
  io.write(string.format("RESULT %d %d %d %d %d\n", summary.requests, summary.bytes, summary.duration,
    e.status, e.connect + e.read + e.write + e.timeout))
end
