### 命令行的中文文案。与 en.ftl 的消息和变量一一对应。

warning = 警告：{ $text }
error = 错误：{ $text }
hint = 提示：{ $text }

## 初次使用

welcome =
    quickrouter { $version }：通过 QuickRouter 的 Replicate 接口生成图片

    先试一试，无需令牌，也不产生费用：
      quickrouter generate "黄昏时的灯塔" --emulator
    有了令牌之后：
      quickrouter auth login
      quickrouter generate "黄昏时的灯塔" --dry-run
    模型：quickrouter models    自检：quickrouter doctor
    其他一切：quickrouter --help    English: quickrouter --lang en

## 失败

key-how = 在 QuickRouter 控制台创建令牌，然后用 `quickrouter auth login` 保存，或设置 { $variable }
key-missing = 缺少 API 令牌
key-not-needed = --emulator 不需要令牌
nothing-created = 没有创建任何预测
of-prediction = 涉及的预测是 { $id }
saved-so-far = 已保存目前的输出：{ $files }
unread-kept = 完整的响应保存在 { $file }
unread-not-kept = 完整的响应无法保存：{ $why }
upload-of = 涉及的文件是 --{ $flag } { $file }
without-an-id = 网关没有给出预测的 ID；其输出位于：

## 帮助中的标题

heading-faults = 故障
heading-limits = 限制
heading-models = 模型
heading-personality = 模拟对象
heading-recording = 录制
heading-replay = 回放
heading-settings = 设置

## 设置

arg-allow_http = 允许通过明文 http 把令牌发给其他机器
arg-base_url = 网关的基础地址，包含前缀，不含 /v1 [默认：QuickRouter 的地址]
arg-key_file = 只存放 API 令牌的文件；此参数优先于 QUICKROUTER_API_KEY，对应的环境变量则不然
arg-lang = 消息和帮助的语言：en 或 zh [默认：取自系统语言环境]
arg-quiet = 不显示进度；警告和错误仍会显示
arg-verbose = 在 stderr 显示请求与重试，绝不显示令牌；-vv 效果相同

## 命令

help-quickrouter = 通过 QuickRouter 的 Replicate 接口生成图片

help-generate = 根据提示词生成图片并保存
    .long =
        使用 { $model } 根据提示词生成图片并保存。

        保存的文件路径逐行写到 stdout，其余信息都写到 stderr。
help-run = 运行任意模型并保存其输出
    .long =
        运行任意模型并保存其输出。

        保存的文件路径逐行写到 stdout，其余信息都写到 stderr。有文档的模型，每个输入都有对应的参数（`quickrouter run MODEL --help`）。其他模型只能用 --input 给出输入，写作 owner/name、owner/name:version，或 64 位十六进制的版本号。

arg-allow_empty_prompt = 允许发送空白提示词；默认会当作笔误拒绝
arg-cancel_after = 请网关在超过这段时间仍未完成时取消预测（至少 { $cancel_after_min }s）
arg-emulator = 使用临时模拟器：无需令牌，无需联网，不产生费用，图片仅为占位图
arg-input = 以 JSON 对象给出输入；@FILE 从文件读取，- 从标准输入读取。单独的参数优先
arg-json = 输出一个 JSON 文档而不是路径：{"{"}"prediction", "files"{"}"}，失败时另有 "error"
arg-output = 保存文件的文件夹；不存在则创建
arg-overwrite = 覆盖已有文件；默认不覆盖
arg-prefer_wait = 请网关等预测完成或这段时间（1s 至 { $prefer_wait_max }s）过去后再响应：请求更少，但在此之前没有可用来取消的 ID
arg-timeout = 时限，例如 90s、10m 或 1h30m；超过后会请求取消

help-predictions = 管理已有的预测
    .after = 给出多个 ID 时会逐个处理；退出码取第一个失败的结果。
help-predictions-get = 查看预测：ID、状态、模型和时间，以及输出
    .json = 按网关返回的原样输出每个预测，每行一个 JSON 文档
help-predictions-wait = 等待预测完成，然后显示
    .json = 按网关返回的原样输出每个预测，每行一个 JSON 文档
    .timeout = 每个预测的时限，例如 90s、10m 或 1h30m
help-predictions-cancel = 请求取消预测，然后显示
    .json = 按网关返回的原样输出每个预测，每行一个 JSON 文档
help-predictions-list = 列出预测，最新的在前
    .json = 按网关返回的原样输出每个预测，每行一个 JSON 文档
help-predictions-save = 保存预测的输出；路径逐行写到 stdout
arg-ids = 预测的 ID
arg-limit = 最多列出多少个预测；0 表示全部

help-models = 列出有文档的模型，或显示某个模型的输入
    .json = 改为输出各个输入的 JSON Schema
arg-model = 模型的全名或简称

help-serve = 运行模拟器：在本机代替网关，不产生费用
    .after =
        stdout 的前两行可以由 shell 执行：
          export QUICKROUTER_BASE_URL=...
          export QUICKROUTER_API_KEY=...
        它会一直运行到被中断，然后以退出码 0 结束。
arg-answers_created = 接受创建请求时返回的 HTTP 状态码
arg-any_model = 接受任意模型：未知的模型可以带任意输入
arg-cors = 允许其他网站的页面使用该接口（CORS）；设置 --key 后仅限持有它的页面
arg-creates_per_minute = 每分钟最多创建多少个预测
arg-else_draw = 与 --replay 合用：没有录制的内容由模拟器绘制
arg-errors = 错误的格式
arg-fault = 要注入的故障，例如 {"{"}"on": {"{"}"route": "create", "nth": 1{"}"}, "do": {"{"}"answer": {"{"}"status": 429{"}}}"}；可以重复
arg-fault_seed = 带概率的故障所用的随机种子；优先于文件中的种子
arg-faults = 故障文件：{"{"}"seed": N, "faults": [...]{"}"}
arg-forwarded = 位于反向代理之后时，URL 采用 X-Forwarded-Proto、-Host、-Port 和 -Prefix
arg-honours_cancel_after = 如何处理 Cancel-After 头
arg-honours_prefer = 如何处理 Prefer: wait 头
arg-host = 监听的地址；localhost 表示两个回环地址；回环以外的地址会让其他机器也能访问
arg-key = 只接受这一个令牌，可自行指定；不设置则接受任何非空令牌
arg-models = 内置模型以外的模型：JSON 或 YAML 文件（接口返回的模型信息也可以），或这类文件所在的文件夹；可以重复
arg-personality = 要模拟的网关：Replicate 本身，或一个中转站：以 200 响应、错误信息为中文、丢弃响应头、只转发 QuickRouter 文档中的接口、URL 指向别的域名
arg-port = 监听的端口；0 表示任选一个空闲端口
arg-price = 每张图片的价格，用于页面上的合计；也可以在页面上设置
arg-quota = 所有创建请求按 --price 计费后总共可用的额度；超出则拒绝，默认不限
arg-rate_limits = 每分钟的请求数限制
arg-record = 把请求转发给真实网关（会计费），并把每个预测保存在此文件夹；网关的令牌取自 QUICKROUTER_API_KEY 或 --key-file，客户端使用本次运行随机生成的令牌
arg-relays_all = 提供哪些接口
arg-replay = 用此文件夹中的录制内容响应创建请求：模型、版本和输入相同的录制会重现；没有录制的创建请求返回 404
arg-state = 用来保存预测、文件、推送、模型和计数的文件夹，模拟器重启后仍然有效；需要时会创建
arg-strict_inputs = 拒绝模型没有的输入；默认与 Replicate 一样忽略它们
arg-time_scale = 运行速度是网关的多少倍；0 表示预测立即完成
arg-upstream = 要录制的网关的基础地址，包含前缀，不含 /v1
arg-urls_elsewhere = 响应中的 URL 指向哪里

help-recordings = 管理预测的录制
help-recordings-import = 把录制的 HTTP 请求与响应转换为录制文件；路径逐行写到 stdout
    .long =
        把录制的 HTTP 请求与响应转换为录制文件；路径逐行写到 stdout。

        文件内容是 JSON 列表，每项为 {"{"}"method", "uri", "request_headers", "request_body", "status", "headers", "body"{"}"}。每个成功的创建请求都会成为一个录制；不会下载任何内容，也不会覆盖任何文件。
    .output = 存放录制的文件夹；不存在则创建
arg-files = 录制的请求与响应文件

## auth 与 config

## balance

help-balance = 查询令牌在网关处的剩余额度
    .json = 输出一个 JSON 文档；金额是精确值，因此写作字符串

balance-left = 剩余：{ $left }
balance-overdrawn = 剩余：{ $left }；令牌已透支
balance-unlimited = 剩余：令牌本身不限额度，但其所属账户可能有上限
balance-not-said = 剩余：网关没有说明
balance-used = 已用：{ $used }
balance-granted = 总额：{ $granted }
balance-expires = 到期时间：{ $at }
balance-expired = 已于 { $at } 过期；网关会拒绝使用此令牌的请求
balance-units = 一个单位是网关自己的货币，相当于 { $quota } 额度。这里无从得知它是哪种货币；可在配置档中指明（currency = "CNY"）。
balance-interrupted = 已中断

amount-in-units = { $amount } 单位
amount-of-one-unit = 1 单位

no-usage-endpoint = { $origin }：此网关没有可以查询的用量接口
no-usage-endpoint-why = 配置档 { $profile } 没有指明它属于 QuickRouter 同系网关，因此没有向它发送任何请求
no-usage-endpoint-hint = 如果它是（new-api 或其衍生版），请在配置档中设置它的 base-url 和 family = true；Replicate 官方没有这样的接口
usage-refused = 网关拒绝了 { $path }（HTTP { $status }）：{ $text }
usage-not-served = 此网关不提供 { $path }（HTTP { $status }）
usage-not-served-hint = 如果用量接口在别处，请在配置档中指明：[profiles.NAME.usage] path = "/..."
usage-unreadable = 无法理解 { $path } 的响应
body-empty = 响应是空的
body-page = 响应是网页（HTML）而不是 JSON：可能是控制台、防火墙或其他网站
body-damaged = 响应是损坏的 JSON
body-not-json = 响应不是 JSON
usage-unreadable-hint = 如果用量接口在别处，或格式不同，请在配置档中说明：[profiles.NAME.usage]

## 价格、--dry-run 与限额

heading-cost = 费用

arg-dry_run = 显示请求、实际生效的输入和价格，不创建任何东西，也不需要令牌。形式可为 text、json 或 curl
arg-max_cost = 可能超过此费用的，或没有价格的，一律拒绝；以网关货币计的数字，例如 0.04
arg-unpriced = 设有费用上限时，没有价格的也照样运行
arg-confirm_above = 可能超过此费用的，或没有价格的，先询问
arg-yes = 需要确认费用时一律回答“是”
arg-cost = 按令牌在运行前后的用量，说明这次实际花费（需两次请求）[默认：设有费用限制时为 true]

amount-not-a-number = { $flag }：{ $value } 不是金额
amount-too-large = { $flag }：{ $value } 太大
amount-negative = { $flag }：{ $value } 是负数
amount-hint = 请写成 0.04 这样：用小数点，不带货币符号，不小于 0

price-per-picture =
    { $pictures ->
        [one] 价格：最多 { $most }，一张图片，依据配置档中 { $pattern } 的价格
       *[other] 价格：最多 { $most }，{ $pictures } 张图片，每张 { $each }，依据配置档中 { $pattern } 的价格
    }
price-per-call = 价格：最多 { $most }，按次计费，依据配置档中 { $pattern } 的价格
price-listed = 价格：最多 { $most }，按次计费，依据网关价格表中分组 { $group } 的价格
price-unpriced = 价格：未知，可能花费任意金额

unpriced-not-of-the-family = 配置档 { $profile } 没有此模型的价格，也没有指明该网关属于 QuickRouter 同系网关，因此不查询其价格表；请在该网关的配置档中设置价格
unpriced-list-unavailable = 无法获取价格表：{ $why }
unpriced-not-listed = 网关的价格表中没有此模型；请在配置档中设置价格
unpriced-several-entries = 网关的价格表中此模型有 { $entries } 条记录；请在配置档中设置价格
unpriced-not-per-call = 网关的价格表中此模型没有按次价格；请在配置档中设置价格
unpriced-no-usable-price = 网关价格表中的价格不可用；请在配置档中设置价格
unpriced-listed-as-zero = 网关价格表写的是 0，但不一定表示免费；请在配置档中设置价格，免费则写 0
unpriced-group-not-named = 价格取决于令牌所在的分组；请在配置档中指明（group = "..."）
unpriced-group-unknown = 网关价格表中没有分组 { $group } 的倍率；请检查配置档
unpriced-group-not-enabled = 按网关价格表，分组 { $group } 不能使用此模型
unpriced-no-usable-ratio = 网关价格表中分组 { $group } 的倍率不可用
unpriced-picture-count-unknown = 价格按张计，但不知道这次输入要多少张；请在配置档的价格中设置 most-pictures
unpriced-too-large = 费用太大，无法计算

cost-above = 这次可能花费 { $most }，超过上限 { $limit }
cost-above-hint = 请减少数量，或提高 --max-cost
cost-unpriced = 这次没有价格，可能超过上限 { $limit }
cost-unpriced-hint = 加上 --unpriced 则照样运行
confirm-cost = 这次可能花费 { $most }；确认线为 { $limit }，超过时需要确认
confirm-unpriced = 这次没有价格；确认线为 { $limit }，可能超过时需要确认
confirm-ask = 确认生成吗？[y/N]
confirm-without-terminal = 没有可供询问的终端；加上 --yes 即表示确认
confirm-declined = 未确认
interrupted-before-create = 已中断；没有创建任何预测

dry-run-request = 请求：{ $method } { $url }
dry-run-upload = --{ $flag } { $file }（{ $size }）会先上传，替换 upload:to-come
dry-run-curl-upload = --{ $flag } { $file } 需要先上传；请把 { $variable } 设为它的 URL
dry-run-effective = 按契约，{ $model } 实际使用的输入：
dry-run-given = 输入 { $name }：{ $value }
dry-run-default = 输入 { $name }：{ $value }（默认值）
dry-run-data = { $start }...（共 { $characters } 个字符）
dry-run-nothing-sent = 试运行：没有创建任何东西
dry-run-not-quoted = 无法写出命令：{ $why }

took = 实际花费 { $amount }，依据令牌在运行前后的用量；其中可能包含使用同一令牌的其他运行
took-nothing-so-far = 依据令牌在运行前后的用量，目前尚未扣费；网关可能稍后才扣
took-unclear = 无法确定实际花费
cost-unknown = 无法得知这次的花费
usage-late = 用量接口在 { $seconds } 秒内没有响应

charged-certain = 网关的日志显示，令牌因这次请求被扣 { $amount }，可见网关已接受
charged-likely = 网关的日志显示，令牌此后因该模型被扣 { $amount }；很可能就是这次创建
charged-possible = 在此期间令牌被扣 { $amount }；可能是这次创建，也可能是使用同一令牌的其他运行
charged-not-so-far = 目前令牌尚未因此被扣费；网关可能稍后才扣，预测可能仍在运行
charged-unclear = 无法确定令牌是否因此被扣费
unclear-several-charges = 网关的日志中，此后该模型有 { $charges } 笔扣费
unclear-near-miss = 网关的日志中，该模型在此之前不久有一笔扣费，而网关的时钟可能与本机不同
unclear-refunded = 网关的日志中，此后该模型有一笔退款
unclear-other-charges = 网关的日志中，此后有 { $charges } 笔扣费，模型可能记在别的名称下
unclear-log-too-short = 网关的日志没有保留到那么早
unclear-log-empty = 网关的日志是空的；它可能不保留日志
unclear-use-fell = 令牌的已用额度变少了，可能是退款或重置
unclear-no-use = 网关没有说明用了多少

## doctor

## 预览、表格与进度

## again、rescue、--detach 与 @ID

## scaffold 与 explain

help-explain = 离线解释错误的含义和处理办法
    .json = 以 JSON 输出错误码，包含两种语言
    .text = 错误码、HTTP 状态码或粘贴的错误信息；- 从标准输入读取；不写则列出全部错误码
explain-all = `quickrouter explain` 列出全部错误码
explain-failed = { $code }（出现在失败预测的 error 中）
explain-nearest = 是不是想写 { $code }？
explain-status = { $code }（HTTP 状态码 { $status }）
explain-too-long = 文本过长，最多检索 { $bytes } 字节
explain-unknown = 文本中没有任何已知的错误码

help-scaffold = 输出一个小程序，用来生成与已有预测相同的预测
    .after = 这里的 --lang 指编程语言；消息的语言要写在命令之前。
    .id = 预测的 ID
    .lang = 程序所用的语言
scaffold-interrupted = 已中断；没有输出任何内容
scaffold-no-input = 网关已不再保存该预测的输入
scaffold-no-input-hint = 结果会在一段时间后删除；`quickrouter predictions list` 列出较新的预测
scaffold-no-model = 该预测既没有版本，也没有模型名

## 用法错误

## SDK 的错误
