// Icons beside a word or a label of their own: what they show is said there, so they are no part of a button's name.
import { ArrowDownOutlined as ArrowDownOutlinedDrawn, ArrowUpOutlined as ArrowUpOutlinedDrawn, CheckCircleOutlined as CheckCircleOutlinedDrawn, CopyOutlined as CopyOutlinedDrawn, DeleteOutlined as DeleteOutlinedDrawn, DownOutlined as DownOutlinedDrawn, EditOutlined as EditOutlinedDrawn, LogoutOutlined as LogoutOutlinedDrawn, MenuOutlined as MenuOutlinedDrawn, PlusOutlined as PlusOutlinedDrawn, RightOutlined as RightOutlinedDrawn, SaveOutlined as SaveOutlinedDrawn, SearchOutlined as SearchOutlinedDrawn, SendOutlined as SendOutlinedDrawn, StopOutlined as StopOutlinedDrawn } from "@ant-design/icons";
import type { ComponentType } from "react";

function decorative(Icon: ComponentType<{ "aria-hidden"?: boolean; "aria-label"?: string }>) {
  return function Decorative() {
    return <Icon aria-hidden aria-label={undefined} />;
  };
}

export const ArrowDownOutlined = decorative(ArrowDownOutlinedDrawn);
export const ArrowUpOutlined = decorative(ArrowUpOutlinedDrawn);
export const CheckCircleOutlined = decorative(CheckCircleOutlinedDrawn);
export const CopyOutlined = decorative(CopyOutlinedDrawn);
export const DeleteOutlined = decorative(DeleteOutlinedDrawn);
export const DownOutlined = decorative(DownOutlinedDrawn);
export const EditOutlined = decorative(EditOutlinedDrawn);
export const LogoutOutlined = decorative(LogoutOutlinedDrawn);
export const MenuOutlined = decorative(MenuOutlinedDrawn);
export const PlusOutlined = decorative(PlusOutlinedDrawn);
export const RightOutlined = decorative(RightOutlinedDrawn);
export const SaveOutlined = decorative(SaveOutlinedDrawn);
export const SearchOutlined = decorative(SearchOutlinedDrawn);
export const SendOutlined = decorative(SendOutlinedDrawn);
export const StopOutlined = decorative(StopOutlinedDrawn);
