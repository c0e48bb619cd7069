-- Copies a share of the reads to the comparator, beside the path of the request: an action only queues, tasks send.
-- What the queue cannot take is left out.
local share = tonumber(os.getenv("PARITY_SHARE"))
local MOST_WAITING, SENDERS, TIMEOUT = 64, 4, 2000
local COPIED = { "authorization", "accept", "x-request-id" }

local waiting = core.queue()

core.register_action("mirror", { "http-req" }, function(txn)
  if waiting:size() >= MOST_WAITING or math.random(100) > share then return end
  local headers, given = {}, txn.http:req_get_headers()
  for _, name in ipairs(COPIED) do
    if given[name] then headers[name] = { given[name][0] } end
  end
  waiting:push({ url = "http://127.0.0.1:9998" .. txn.f:pathq(), headers = headers, timeout = TIMEOUT })
end)

for _ = 1, SENDERS do
  core.register_task(function()
    while true do
      core.httpclient():get(waiting:pop_wait())
    end
  end)
end
