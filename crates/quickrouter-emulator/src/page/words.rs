//! All words of the page, in English and in Chinese.

use quickrouter_api::Status;

/// The same in both languages.
pub(super) struct Pair {
    pub(super) en: &'static str,
    pub(super) zh: &'static str,
}

const fn pair(en: &'static str, zh: &'static str) -> Pair {
    Pair { en, zh }
}

pub(super) const TITLE: Pair = pair("QuickRouter emulator", "QuickRouter 模拟器");
pub(super) const HELLO: Pair = pair("An emulator on your own machine", "您本机上的模拟器");
pub(super) const NOTICE: Pair = pair(
    "No model runs here: the pictures are drawn by the emulator itself, and are no model's. Nothing \
     is billed.",
    "这里没有模型在运行：图片由模拟器自己绘制，并非模型生成。不会产生任何费用。",
);
pub(super) const FOOT: Pair = pair(
    "Nothing of this is kept: what the emulator knows ends with it.",
    "以上内容均不保存：模拟器停止后即全部消失。",
);
pub(super) const SKIP: Pair = pair("Skip to the content", "跳到正文");
pub(super) const RELOAD: Pair = pair("Refresh", "刷新");
pub(super) const OTHER_LANGUAGE: Pair = pair("中文", "English");
pub(super) const LIVE: Pair = pair("Live", "实时");
pub(super) const LOST: Pair = pair("Not connected, trying again", "连接已断开，正在重试");
pub(super) const BACK: Pair = pair("Overview", "总览");
pub(super) const NOT_HERE: Pair = pair("It is not here", "这里没有");
pub(super) const NO_PREDICTION: Pair =
    pair("The emulator keeps no prediction of this id:", "模拟器没有保存此编号的预测：");
pub(super) const NO_REQUEST: Pair =
    pair("The emulator keeps no request of this number:", "模拟器没有保存此序号的请求：");
pub(super) const PAGES: Pair = pair("More pages", "更多页");
pub(super) const NEWER: Pair = pair("Newer", "较新");
pub(super) const OLDER: Pair = pair("Older", "较早");
pub(super) const ALL: Pair = pair("All", "全部");

pub(super) const BASE_URL: Pair = pair("Base URL", "基础地址");
pub(super) const KEY: Pair = pair("Key", "密钥");
pub(super) const KEY_ANY: Pair = pair("Key (any will do)", "密钥（任意均可）");
pub(super) const KEY_SET: Pair =
    pair("the one it was started with, which is not shown", "启动时设置的密钥，此处不显示");
pub(super) const COPY: Pair = pair("Copy", "复制");
pub(super) const COPIED: Pair = pair("Copied", "已复制");

pub(super) const COUNTERS: Pair = pair("Counters", "计数");
pub(super) const CREATES: Pair = pair("creates accepted", "次创建已接受");
pub(super) const CREATES_NOTE: Pair = pair("each would have been billed", "每次都会计费");
pub(super) const PICTURES: Pair = pair("pictures asked for by them", "张图片，由这些创建请求");
pub(super) const REQUESTS_COUNT: Pair = pair("requests to the API", "次 API 请求");
pub(super) const COST: Pair = pair("would have been the cost", "本应花费");
pub(super) const NO_PRICE: Pair = pair("set a price to see it", "设置单价后可见");
pub(super) const PRICE: Pair = pair("USD a picture", "每张图片（美元）");
pub(super) const PRICE_WRONG: Pair = pair("A price is a number:", "单价须为数字：");
pub(super) const SET: Pair = pair("Set", "设置");

pub(super) const PREDICTIONS: Pair = pair("Predictions", "预测");
pub(super) const PREDICTION: Pair = pair("Prediction", "预测");
pub(super) const KEPT: Pair = pair("kept", "条");
pub(super) const NOTHING: Pair = pair("No prediction yet. Make one:", "还没有预测。创建一个试试：");
pub(super) const NO_PROMPT: Pair = pair("no prompt", "无提示词");
pub(super) const REMOVED: Pair =
    pair("Input, logs and pictures have been deleted.", "输入、日志和图片已删除。");
pub(super) const PROGRESS: Pair = pair("Progress", "进度");
pub(super) const PICTURE: Pair = pair("Picture", "图片");
pub(super) const ONE_PICTURE: Pair = pair("picture", "张图片");
pub(super) const N_PICTURES: Pair = pair("pictures", "张图片");
pub(super) const CANCEL: Pair = pair("Cancel", "取消");
pub(super) const INPUT: Pair = pair("Input", "输入");
pub(super) const OUTPUTS: Pair = pair("Outputs", "输出");
pub(super) const LOGS: Pair = pair("Logs", "日志");
pub(super) const NO_LOGS: Pair = pair("None yet.", "暂无。");
pub(super) const DELIVERIES: Pair = pair("Webhook deliveries", "Webhook 投递");
pub(super) const WHOLE: Pair = pair("The whole prediction", "完整预测");
pub(super) const SEED: Pair = pair("Seed", "种子");
pub(super) const VERSION: Pair = pair("Version", "版本");

pub(super) const REQUESTS: Pair = pair("Requests", "请求");
pub(super) const REQUEST: Pair = pair("Request", "请求");
pub(super) const ANSWER: Pair = pair("Answer", "响应");
pub(super) const NO_REQUESTS: Pair = pair("None yet.", "暂无。");
pub(super) const STATUS: Pair = pair("Status", "状态");
pub(super) const TOOK: Pair = pair("Took", "耗时");
pub(super) const NOTES: Pair = pair("Notes", "备注");
pub(super) const TIME: Pair = pair("Time", "时间");
pub(super) const ORIGIN: Pair = pair("Sent to", "发往");
pub(super) const AT_GATEWAY: Pair = pair("the gateway", "网关");
pub(super) const ELSEWHERE: Pair = pair("the other origin", "另一来源");
pub(super) const OPERATION: Pair = pair("Operation", "操作");
pub(super) const RESET: Pair = pair("reset", "重置");
pub(super) const WITH_KEY: Pair = pair("with key", "带密钥");
pub(super) const WITHOUT_KEY: Pair = pair("no key", "无密钥");
pub(super) const KEY_LEAKED: Pair =
    pair("carried a key to the other origin", "密钥被带到了另一来源");
pub(super) const FAULT: Pair = pair("fault", "故障");
pub(super) const NO_BODY: Pair =
    pair("No body, or a file or stream that is not kept.", "无正文，或为不保存的文件、流。");
pub(super) const BODY_CUT: Pair =
    pair("Only the start of the body is kept.", "仅保存了正文的开头部分。");

pub(super) const FAULTS: Pair = pair("Faults", "故障");
pub(super) const SET_FAULTS: Pair = pair("set", "项");
pub(super) const AS_JSON: Pair = pair("All faults, as JSON", "全部故障（JSON）");
pub(super) const SAVE: Pair = pair("Save", "保存");
pub(super) const SPENT: Pair = pair("has happened", "已发生");
pub(super) const P_THROTTLED: Pair =
    pair("Next create: 429, come back in 3 s", "下一次创建：429，3 秒后重试");
pub(super) const P_NO_CHANNEL: Pair =
    pair("Every create: model_not_found", "每次创建：model_not_found");
pub(super) const P_RESET_AFTER: Pair =
    pair("Next create: accepted, then reset", "下一次创建：接受后断开连接");
pub(super) const P_BROKEN_AFTER: Pair =
    pair("Next create: accepted, answered 500", "下一次创建：接受后返回 500");
pub(super) const P_SLOW: Pair = pair("Every answer: 3 s late", "每个响应：延迟 3 秒");
pub(super) const P_FLAKY: Pair =
    pair("3 of 10 reads: 502 and a proxy's page", "十次查询中三次：502 与代理页面");
pub(super) const P_GARBAGE: Pair = pair("Next read: no JSON", "下一次查询：返回非 JSON");
pub(super) const P_UNSAFE: Pair = pair("New predictions fail: NSFW", "新预测失败：NSFW");
pub(super) const P_DROPPED: Pair =
    pair("New predictions: first picture missing", "新预测：缺少第一张图片");

const STARTING: Pair = pair("starting", "启动中");
const PROCESSING: Pair = pair("processing", "处理中");
const SUCCEEDED: Pair = pair("succeeded", "成功");
const FAILED: Pair = pair("failed", "失败");
const CANCELED: Pair = pair("canceled", "已取消");
const ABORTED: Pair = pair("aborted", "已中止");
const OTHER: Pair = pair("unknown", "未知");

pub(super) fn of_status(status: &Status) -> &'static Pair {
    match status {
        Status::Starting => &STARTING,
        Status::Processing => &PROCESSING,
        Status::Succeeded => &SUCCEEDED,
        Status::Failed => &FAILED,
        Status::Canceled => &CANCELED,
        Status::Aborted => &ABORTED,
        _ => &OTHER,
    }
}
