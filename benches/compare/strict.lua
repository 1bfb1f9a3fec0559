-- For the warm-up: every status is looked at, which costs the load generator too much to do while counting.
local threads = {}
function setup(thread) table.insert(threads, thread) end
function init() wrong = 0 end
function response(status) if status < 200 or status > 299 then wrong = wrong + 1 end end
done = function(summary, latency, _)
  local e = summary.errors
  local wrong = 0
  for _, thread in ipairs(threads) do wrong = wrong + thread:get("wrong") end
  io.write(string.format("RESULT %d %d %d %d %d\n", summary.requests, summary.bytes, summary.duration,
    wrong, e.connect + e.read + e.write + e.timeout))
end
