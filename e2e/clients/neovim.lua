-- Neovim's own LSP client, 0.7 and later, as a person uses it: diagnostics, hover window, code action, :write.
-- SERVER is a command as a JSON list, MISTAKES the pair as JSON; prints TAP.
local function say(line) io.stdout:write(line .. '\n') end
local mistakes = vim.fn.json_decode(vim.env.MISTAKES)
local server = vim.fn.json_decode(vim.env.SERVER)
local severities = { error = vim.diagnostic.severity.ERROR, warning = vim.diagnostic.severity.WARN }

local function attach(buf, path)
  local config = { name = 'jailhouse-warden', cmd = server, root_dir = vim.fn.fnamemodify(path, ':p:h') }
  if vim.lsp.start then return vim.lsp.start(config) end
  _G.client = _G.client or vim.lsp.start_client(config)
  vim.lsp.buf_attach_client(buf, _G.client)
  return _G.client
end

local function check(title, test)
  local ok, why = pcall(test)
  say((ok and 'ok - ' or 'not ok - ') .. title)
  if not ok then
    say('# ' .. tostring(why):gsub('\n', '\n# '))
    vim.cmd('cquit 1')
  end
end

local function float_text()
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    if vim.api.nvim_win_get_config(window).relative ~= '' then
      local lines = vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false)
      return table.concat(lines, '\n'), window
    end
  end
end

say('1..' .. #mistakes * 4)
for _, mistake in ipairs(mistakes) do
  local name = vim.fn.fnamemodify(mistake.path, ':t')
  local buf, found
  local function ours()
    return vim.tbl_filter(function(each) return each.message:find(mistake.says, 1, true) ~= nil end,
      vim.diagnostic.get(buf, { severity = severities[mistake.severity] }))
  end

  check(name .. ': a diagnostic (' .. mistake.severity .. ') on the flags', function()
    vim.cmd('edit ' .. vim.fn.fnameescape(mistake.path))
    vim.bo.filetype = 'c'
    buf = vim.api.nvim_get_current_buf()
    assert(attach(buf, mistake.path), 'the client did not start')
    assert(vim.wait(20000, function() return #ours() > 0 end, 20), 'no diagnostics')
    found = ours()[1]
    assert(tostring(found.code):match('^JH3%d%d$'), 'code ' .. vim.inspect(found.code))
    assert(math.abs(found.lnum + 1 - mistake.line) <= 1, 'on line ' .. found.lnum + 1)
  end)

  check(name .. ': the hover window', function()
    local text, window
    vim.api.nvim_win_set_cursor(0, { mistake.address.line, mistake.address.column })
    vim.lsp.buf.hover()
    assert(vim.wait(10000, function() text, window = float_text(); return text ~= nil end, 20), 'no window')
    assert(text:find(mistake.stage, 1, true), text)
    vim.api.nvim_win_close(window, true)
  end)

  check(name .. ': the fix, chosen from the menu, removes the diagnostic', function()
    local titles = {}
    vim.api.nvim_win_set_cursor(0, { found.lnum + 1, found.col })
    vim.ui.select = function(items, options, choose)
      for index, item in ipairs(items) do
        titles[index] = (options.format_item or tostring)(item)
        if titles[index]:find(mistake.fix, 1, true) then return choose(item, index) end
      end
    end
    vim.lsp.buf.code_action()
    assert(vim.wait(10000, function() return #ours() == 0 end, 20), 'still there after ' .. vim.inspect(titles))
  end)

  check(name .. ': saved', function()
    vim.cmd('write')
    assert(not vim.bo.modified)
  end)
end
vim.cmd('qall!')
