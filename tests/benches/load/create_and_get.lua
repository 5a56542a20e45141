-- For wrk: creates a prediction, then asks for it once; as many gets as creates.
local version = "stability-ai/sdxl"
local body = '{"version":"' .. version .. '","input":{"prompt":"a red door","width":64,"height":64,'
  .. '"num_inference_steps":1}}'
local path = "/replicate/v1/predictions"
local headers = { ["Authorization"] = "Bearer any", ["Content-Type"] = "application/json" }
local ids = {}

function request()
  local id = table.remove(ids)
  if id then
    return wrk.format("GET", path .. "/" .. id, headers)
  end
  return wrk.format("POST", path, headers, body)
end

function response(status, _, answer)
  if status == 201 then
    ids[#ids + 1] = answer:match('"id":"([a-z0-9]+)"')
  elseif status ~= 200 then
    print("an answer with status " .. status)
    wrk.thread:stop()
  end
end
